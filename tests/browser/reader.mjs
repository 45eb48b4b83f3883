// A reader over the sample: only what is in force, and from a hit to the place in the document where it was found.  By script and without it, at 1280 and 320 px.
// TAP.  lib-both.sh starts the site and the desk; SHOTS=DIR keeps pictures.
import { begin, end, look, ok, plain } from "./lib.mjs";

const browser = await begin(["SITE"], { looks: true }), { SITE: site } = process.env, words = "安全生产", query = "search?q=" + encodeURIComponent(words);
const found = async page => Number((await page.innerText(".count b")).trim());
const badges = page => page.locator(".hit .status .badge").evaluateAll(l => l.map(e => e.dataset.kind));

// The page at its place: the mark that the address names is there, holds what was asked for and stands in the window.
async function stands(page, what) {
	const at = await page.evaluate(() => {
		const e = document.getElementById(location.hash.slice(1)), r = e && e.getBoundingClientRect();
		return e && { tag: e.tagName, text: e.textContent, seen: r.top >= 0 && r.bottom <= innerHeight, targeted: e.matches(":target") };
	});
	ok(at && at.tag === "MARK" && at.seen && at.targeted, what + ": the place stands in the window", JSON.stringify(at) + page.url());
	return at ? at.text : "";
}

try {
	const page = await browser.newPage();
	for (const [name, path] of [["reader-toggle", query + "&status=living"], ["reader-none", "search?q=" + encodeURIComponent("没有这样的词语") + "&status=living"], ["guide", "guide"], ["stats", "stats"]])
		for (const [width, dark] of [[1280, false], [320, false], [320, true]]) {
			await page.goto(site + path);
			await look(page, name, width, dark);
		}

	// The toggle, by script: one click, and what is left out is counted and one click away.
	await page.setViewportSize({ width: 1280, height: 900 });
	await page.goto(site + query);
	const all = await found(page), before = await badges(page);
	ok(before.includes("ended") && before.includes("live"), "the list has what is in force and what has ended", before.join(" "));
	// click, not check: the page is on its way to the next one before anybody could see a tick.
	await Promise.all([page.waitForURL(/status=living/), page.click(".only [name=status]")]);
	ok((await badges(page)).every(k => k === "live") && await found(page) < all, "only what is in force", (await badges(page)).join(" "));
	ok(await page.isChecked(".only [name=status]"), "the toggle says so");
	ok(/另有已废止或失效的 \d+ 件/.test(await page.innerText(".count")), "what has ended is counted all the same", await page.innerText(".count"));
	await page.fill("#q", "管理办法");
	await page.press("#q", "Enter");
	await page.waitForURL(/q=%E7%AE%A1/);
	ok(await page.isChecked(".only [name=status]") && (await badges(page)).every(k => k === "live"), "it stays with the next question");
	// A filter beside it: what was ticked by the toggle can be unticked there.
	await Promise.all([page.waitForURL(u => !/status=living/.test(u)), page.click("#facets [value=in_force]")]);
	ok(!/status=living/.test(page.url()) && !await page.isChecked(".only [name=status]"), "the filters can take it back", page.url());
	await page.goto(site + query + "&status=living");
	await page.click(".count a");
	ok(await found(page) === all, "and one click lists everything again");
	await page.goto(site + query + "&as_of=2018-06-01&year=2016");
	await page.fill("#as_of", "2020-01-01");
	await page.press("#q", "Enter");
	await page.waitForURL(/as_of=2020-01-01/);
	ok((await page.innerText(".summary")).includes("只列 2020-01-01 有效的文件"), "the day stands beside the box, and holds for the question", await page.innerText(".summary"));

	ok((await page.innerText(".summary")).includes("不限时效，全部列出"), "and the way out of it says what it does", await page.innerText(".summary"));

	// What a notice says is of use: words and not pairs of characters, one title and not two, what a field takes.
	const asked = async q => { await page.goto(site + "search?q=" + encodeURIComponent(q)); return page.innerText("main"); };
	const some = await asked("家里养狗要办证吗");
	ok(/含有：[^\n]*家里养[、\n]/.test(some) && !/[：、]里养/.test(some), "pairs that overlap are said as the run that was typed", some.slice(0, 400));
	const instead = await asked("安全生产 -演练 年:2015..2019");
	ok(/现行的是《青石镇安全生产监督管理办法（2023年修订）》/.test(instead) && instead.split("2023年修订").length === (instead.split("\n").filter(l => l.includes("2023年修订")).length + 1),
	   "what is in force instead is named once a line", instead.slice(0, 400));
	ok((await asked("is:有笑")).includes("时效里没有“有笑”这一种"), "a value that a field has not is named, with those it has");
	ok((await asked("青石镇安全生产监督管里办法")).includes("以下是“青石镇安全生产监督管理办法”的结果"), "a slip in a whole title is mended and said");
	ok((await asked("anquan")).includes("是不是要找：安全生产"), "two syllables are offered what begins with them");

	// To the place, and from one to the next.
	await page.goto(site + query);
	await page.click(".hit .place >> nth=0");
	ok((await stands(page, "by script")).includes(words), "it is what was looked for");
	for (const width of [1280, 320]) await look(page, "reader-place", width, false);
	const many = await page.locator(".text mark[id]").count(), said = await page.innerText(".found");
	ok(said.includes(`共 ${many} 处`), "the page says how often it is there", said);
	await page.setViewportSize({ width: 1280, height: 900 });
	await page.click(".found a >> nth=0");
	const first = page.url();
	await stands(page, "the first");
	if (many > 1) {
		await page.keyboard.press("j");
		ok(page.url() !== first, "j goes to the next");
		await stands(page, "the next");
		await page.keyboard.press("k");
		ok(page.url() === first, "k goes back", page.url());
	}
	await page.click(".found a:has-text('不标')");
	ok(await page.locator(".text mark").count() === 0 && !page.url().includes("mark="), "the marks can be left out");
	await page.close();

	const other = await plain(), quiet = await other.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 800 } }), still = await quiet.newPage();
	await still.goto(site + "?ui=large");
	await still.check(".only [name=status]");
	await still.fill("#q", words);
	await still.press("#q", "Enter");
	await still.waitForURL(/status=living/);
	ok((await badges(still)).every(k => k === "live"), "without script, on a phone: from the first page, only what is in force", still.url());
	await still.click(".hit .place >> nth=0");
	await stands(still, "without script, in large type");
	ok(/[?&]ui=large/.test(still.url().split("#")[0]), "the large type goes along, in front of the place", still.url());
	await other.close();
} catch (e) {
	ok(false, "the test comes to its end", e.stack);
}
await end();
