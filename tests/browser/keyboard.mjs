// By keys alone: from the box through a facet to a document and back, with the script and without it, and one task of the desk.  After every key the focus is on
// something that is seen, in a ring that is seen, covered by nothing.  TAP.  lib-both.sh starts the site and the desk.
import { begin, end, login, ok } from "./lib.mjs";

const browser = await begin(["SITE", "DESK"]), { SITE: site, DESK: desk } = process.env;

// What has the focus: which element, and what is wrong with how it shows; "" if nothing is.
const focused = page => page.evaluate(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return { what: "body", bad: "", text: "", name: "", tag: "BODY", href: "" };
	const r = e.getBoundingClientRect(), bad = [];
	const ring = x => { const s = getComputedStyle(x); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; };
	if (!e.matches("#results, main") && !ring(e) && !(e.nextElementSibling && ring(e.nextElementSibling))) bad.push("no ring");
	if (r.width < 1 || r.height < 1) bad.push("no area");
	const x = r.left + r.width / 2, y = r.top + Math.min(r.height / 2, innerHeight / 2);
	if (!e.matches("#results, main") && (x < 0 || x > innerWidth || y < 0 || y > innerHeight)) bad.push(`out of sight at ${Math.round(x)},${Math.round(y)}`);
	else {
		const top = document.elementFromPoint(x, y);
		if (top && top !== e && !e.contains(top) && !top.contains(e) && !(e.labels && [...e.labels].some(l => l.contains(top)))) bad.push("covered by " + top.tagName + "." + top.className);
	}
	return { what: `${e.tagName}.${e.className}#${e.id}`, bad: bad.join(", "), text: (e.innerText || e.value || "").trim(), name: e.name || "", tag: e.tagName, href: e.getAttribute("href") || "" };
});

// Tab until the focus is where it is wanted.  Never more than `most` keys, never into nothing, and every stop is seen.
async function tab(page, what, wanted, most = 120) {
	const bad = [];
	for (let i = 1; i <= most; i++) {
		await page.keyboard.press("Tab");
		const f = await focused(page);
		if (f.bad) bad.push(`${f.what} ${f.text.slice(0, 20)}: ${f.bad}`);
		if (wanted(f)) {
			ok(bad.length === 0, `${what}: ${i} times Tab, each stop seen`, bad.join("\n"));
			return f;
		}
	}
	ok(false, `${what}: reached by Tab`, bad.join("\n"));
	return null;
}
async function enter(page, key = "Enter") {
	await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
}

async function walk(script) {
	const context = await browser.newContext({ javaScriptEnabled: script }), page = await context.newPage(), how = script ? "" : ", without script";
	page.setDefaultTimeout(20000);
	await page.goto(site);
	await page.keyboard.press("Tab");
	let f = await focused(page);
	ok(f.href === "#main" && f.bad === "", "the first stop is the way past the head, and it shows" + how, JSON.stringify(f));
	if (script) {
		await page.keyboard.press("/");
		f = await focused(page);
		ok(f.name === "q" && f.bad === "", "/ goes to the box", JSON.stringify(f));
	} else await tab(page, "to the box" + how, x => x.name === "q");
	await page.keyboard.type("办法");
	await enter(page);
	ok(decodeURIComponent(page.url()).includes("q=办法"), "Enter searches" + how, page.url());
	const all = Number(await page.innerText(".count b"));

	await tab(page, "to the way past the head" + how, x => x.href === "#results", 2);
	await page.keyboard.press("Enter");
	await page.keyboard.press("Tab");
	f = await focused(page);
	ok(f.bad === "" && await page.evaluate(() => !!document.activeElement.closest("#results")), "it leads into the results" + how, JSON.stringify(f));
	await page.reload();
	await tab(page, "to the facet of status" + how, x => x.name === "status" && x.tag === "INPUT" && x.text !== "living");
	if (script) await enter(page, "Space");
	else {
		await page.keyboard.press("Space");
		await tab(page, "to the button of the filters" + how, x => x.tag === "BUTTON" && x.text === "应用");
		await enter(page);
	}
	const filtered = page.url(), some = Number(await page.innerText(".count b"));
	ok(/status=/.test(filtered) && decodeURIComponent(filtered).includes("q=办法") && some > 0 && some < all, "the facet is applied, the words stay" + how, filtered + " " + some + " of " + all);
	ok(await page.locator("#facets input[name=status]:checked").count() === 1 && (await page.innerText(".chosen")).includes("时效"), "and what is chosen is said" + how);

	if (script) {
		await page.keyboard.press("j");
		f = await focused(page);
		ok(f.tag === "A" && /\/d\//.test(f.href) && f.bad === "", "j goes to the first hit", JSON.stringify(f));
		await page.keyboard.press("j");
		const second = await focused(page);
		await page.keyboard.press("k");
		ok(second.href !== f.href && second.bad === "" && (await focused(page)).href === f.href, "j again to the second, k back", JSON.stringify(second));
	} else f = await tab(page, "to the first hit" + how, x => x.tag === "A" && /\/d\//.test(x.href));
	const title = f.text;
	await enter(page);
	ok(/\/d\//.test(page.url()) && (await page.innerText("h1")).trim() === title, "Enter opens the document" + how, page.url() + " " + title);
	await tab(page, "to what the document offers" + how, x => /\/original/.test(x.href));
	await page.goBack();	// Alt and the left arrow in a window; without one chromium has no such key
	ok(page.url() === filtered && Number(await page.innerText(".count b")) === some && await page.locator("#facets input[name=status]:checked").count() === 1, "back: the same results, the facet still chosen" + how, page.url());
	if (script) {
		await page.keyboard.press("j");
		f = await focused(page);
		ok(f.text === title && f.bad === "", "and j goes on there", JSON.stringify(f));
		await page.keyboard.press("/");
		f = await focused(page);
		ok(f.name === "q" && f.text === "办法", "/ goes to the words, to be changed", JSON.stringify(f));
		await page.locator("h1").first().evaluate(() => document.activeElement.blur());
		await enter(page, "?");
		ok(/\/help/.test(page.url()), "? opens the help", page.url());
		await page.goto(site + "search?q=" + encodeURIComponent("青石镇"));
		await enter(page, "n");
		ok(/page=2/.test(page.url()), "n turns the page", page.url());
		await enter(page, "p");
		ok(!/page=2/.test(page.url()), "p turns it back", page.url());
	} else {
		f = await tab(page, "on to a hit" + how, x => x.tag === "A" && /\/d\//.test(x.href));
		ok(f !== null && f.text === title, "it is the one that was read" + how, f && f.text);
	}
	await context.close();
}

async function work() {
	const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
	page.setDefaultTimeout(20000);
	await page.goto(desk + "login");
	await tab(page, "desk: to the name", x => x.name === "name", 12);
	await page.keyboard.type("zhang");
	await tab(page, "desk: to the password", x => x.name === "password", 1);
	await page.keyboard.type(JSON.parse(process.env.PASSWORDS).zhang);
	await enter(page);
	ok(page.url() === desk, "desk: Enter logs in", page.url());
	await tab(page, "desk: to the place of registering", x => /\/staff\/events/.test(x.href) && x.text === "登记", 20);
	await enter(page);
	await tab(page, "desk: past the head to the document", x => x.name === "ref", 30);
	await page.keyboard.type("青石镇禁烧秸秆网格化管理办法");
	await tab(page, "desk: to the ground", x => x.name === "by_text", 4);
	await page.keyboard.type("《关于废止部分文件的通知》（县府发〔2026〕7号）");
	await enter(page);
	ok((await page.innerText("main")).includes("变为"), "desk: Enter shows what it would do", (await page.innerText("main")).slice(0, 300));
	await tab(page, "desk: to the button that registers", x => x.tag === "BUTTON" && /登记/.test(x.text), 40);
	await enter(page);
	ok((await page.innerText(".done")).includes("已登记"), "desk: an abolition is registered by keys alone");
	await tab(page, "desk: to the way back", x => /\/staff\/undo/.test(x.href), 40);
	await enter(page);
	await tab(page, "desk: to the button that undoes", x => x.tag === "BUTTON" && !/退出/.test(x.text), 40);
	await enter(page);
	ok((await page.innerText(".done")).includes("已登记"), "desk: and is undone by keys alone");
	await page.context().close();
}

for (const part of [() => walk(true), () => walk(false), work])
	try {
		await part();
	} catch (e) {
		ok(false, "the walk comes to its end", e.stack);
	}
await end();
