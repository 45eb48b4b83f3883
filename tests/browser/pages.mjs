// Pages in a real browser: no sideways scroll, no serious finding of axe, usable without script,
// Enter while an input method composes does not submit.  TAP output.
//
//   GONGKAI_URL=http://127.0.0.1:8480/ GONGKAI_DOC=dzmm-2021-000123 \
//   NODE_MODULES=/where/npm/put/them/node_modules node tests/browser/pages.mjs
//
// Written for tests/http/fake-searchd (t-pages.sh starts it), whose answers it knows.
// Needs playwright-core, axe-core and /usr/bin/chromium (CHROMIUM=...); skips without them.
// SHOTS=DIR keeps a picture of every page in every form.
import { axeFinds, begin, end, look as lookAt, ok, plain, shot, size } from "./lib.mjs";

const browser = await begin(["GONGKAI_URL"], { looks: true }), base = process.env.GONGKAI_URL, doc = process.env.GONGKAI_DOC || "dzmm-2021-000123";

const pages = {
	home: "", results: "search?q=" + encodeURIComponent("安全生产") + "&year=2021", document: "d/" + doc, difference: "d/" + doc + "/diff",
	nothing: "search?q=" + encodeURIComponent("空") + "&year=2021", missing: "d/no-such-thing", english: "search?q=a&lang=en",
	large: "search?q=" + encodeURIComponent("安全生产") + "&ui=large", some: "search?q=x&level=some", oldview: "d/" + doc + "@2018-07-01",
	browse: "browse", help: "help", about: "about", accessibility: "accessibility", history: "d/" + doc + "/history", paper: "d/" + doc + "/print",
	contrast: "search?q=" + encodeURIComponent("安全生产") + "&ui=contrast", traditional: "d/" + doc + "?lang=zh-Hant", statistics: "stats", category: "c/" + encodeURIComponent("政策法规"),
};

async function look(name, path, width, dark) {
	const page = await browser.newPage();

	await size(page, width, dark);
	await page.goto(base + path);
	await lookAt(page, name, width, dark);
	await page.close();
}

// The box as a combobox.  fake-searchd offers a number, 「typed」生产 and an abolished title; what holds 慢 is answered late.
async function suggestions() {
	const page = await browser.newPage(), asked = [], list = page.locator("#suggestions"), box = page.locator("#q");
	page.on("request", r => { if (r.url().includes("/suggest?")) asked.push(decodeURIComponent(r.url().split("q=")[1])); });
	const devtools = await browser.newCDPSession(page);
	const open = async text => { await page.goto(base); await box.pressSequentially(text, { delay: 20 }); await list.waitFor({ state: "visible" }); };

	for (const [width, dark] of [[1280, false], [320, false], [320, true]]) {
		await page.setViewportSize({ width, height: 900 });
		await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
		await open("anq");
		await page.keyboard.press("ArrowDown");
		const found = await axeFinds(page);
		ok(found === "", `the open list passes axe at ${width} px${dark ? ", dark" : ""}`, found);
		const small = await list.locator("li").evaluateAll(l => l.filter(e => e.getBoundingClientRect().height < 43.5).length);
		ok(small === 0 && await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
		   `and fits, with targets of 44 px, at ${width} px`);
		await shot(page, `suggestions-${width}${dark ? "-dark" : ""}`, false);
	}
	await page.setViewportSize({ width: 1280, height: 900 });
	await page.emulateMedia({ colorScheme: "light" });

	// All keys in one breath of the page, however busy the machine is.
	asked.length = 0;
	await page.goto(base);
	await box.focus();
	await box.evaluate(q => {
		for (const c of "anquan") {
			q.value += c;
			q.dispatchEvent(new InputEvent("input", { bubbles: true, data: c, inputType: "insertText" }));
		}
	});
	await list.waitFor({ state: "visible" });
	ok(asked.length === 1 && asked[0] === "anquan", "keys in a row are one question", asked.join(" "));
	ok(await box.getAttribute("role") === "combobox" && await box.getAttribute("aria-expanded") === "true" && await box.getAttribute("aria-controls") === "suggestions" &&
	   await list.getAttribute("role") === "listbox" && await list.locator("[role=option]").count() === 3, "it is a combobox with a listbox of three options");
	ok(/废止/.test(await list.locator("li").nth(2).innerText()) && !await list.locator("li").nth(0).innerHTML().then(h => h.includes("<废止>")), "what has ended says so; text is text");
	await page.keyboard.press("ArrowDown");
	ok(await box.getAttribute("aria-activedescendant") === "suggestion-0" && await list.locator("[aria-selected=true]").count() === 1, "down chooses the first");
	await page.keyboard.press("ArrowUp");
	ok(await box.getAttribute("aria-activedescendant") === null, "up from the first is back in the box");
	await page.keyboard.press("ArrowUp");
	ok(await box.getAttribute("aria-activedescendant") === "suggestion-2", "and up once more the last");
	await page.keyboard.press("Escape");
	ok(!await list.isVisible() && await box.inputValue() === "anquan" && await box.getAttribute("aria-expanded") === "false", "Escape closes the list and keeps the text");
	await page.keyboard.press("Enter");
	await page.waitForURL(/search\?q=anquan/);
	ok(true, "Enter without a choice searches for what was typed");

	await open("anq");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter");
	await page.waitForURL(/\/d\/dzmm-2021-000207/);
	ok(true, "Enter on a number goes to its document", page.url());
	await page.goto(base + "?ui=large");
	await box.pressSequentially("a");
	await list.locator("li").nth(1).click();
	await page.waitForURL(/search\?q=/);
	ok(decodeURIComponent(page.url()).includes("q=a生产") && page.url().includes("ui=large"), "a click on a phrase searches for it, in the type of the page", page.url());

	await page.goto(base);
	asked.length = 0;
	await box.focus();
	await devtools.send("Input.imeSetComposition", { text: "anquan", selectionStart: 6, selectionEnd: 6 });
	await devtools.send("Input.dispatchKeyEvent", { type: "keyDown", key: "Process", windowsVirtualKeyCode: 229 });
	await page.waitForTimeout(400);
	ok(asked.length === 0 && !await list.isVisible(), "nothing is asked while an input method composes", asked.join(" "));
	await devtools.send("Input.insertText", { text: "安全" });
	await list.waitFor({ state: "visible" });
	ok(asked.length === 1 && asked[0] === "安全", "when it is done, once", asked.join(" "));

	await page.goto(base);
	asked.length = 0;
	await box.fill("慢");
	await page.waitForTimeout(300);
	await box.fill("快");
	await list.waitFor({ state: "visible" });
	await page.waitForTimeout(1000);
	ok(asked.join(" ") === "慢 快" && (await list.locator("li").nth(1).innerText()).includes("快生产"), "the last answer wins", asked.join(" ") + await list.innerText());
	await box.fill("无");
	await page.waitForTimeout(400);
	ok(!await list.isVisible(), "no suggestions, no list");
	await box.fill("安");
	await list.waitFor({ state: "visible" });
	await page.locator("h1").first().click();
	ok(!await list.isVisible(), "a click elsewhere closes it");
	await page.close();
}

try {
	for (const [name, path] of Object.entries(pages))
		for (const width of [1280, 320])
			for (const dark of [false, true])
				await look(name, path, width, dark);

	const page = await browser.newPage();
	await page.setViewportSize({ width: 320, height: 800 });
	await page.goto(base + pages.results);
	ok(!await page.locator("#facets").isVisible(), "filters are folded on a phone");
	await page.locator("#fold").focus();
	await page.keyboard.press("Space");
	ok(await page.locator("#facets").isVisible(), "and unfold by the keyboard");
	await page.setViewportSize({ width: 1280, height: 800 });
	await page.goto(base + pages.results);
	await page.locator("#facets input[type=checkbox]").first().click();
	await page.waitForURL(/status=in_force/);
	ok(/year=2021/.test(page.url()) && /status=in_force/.test(page.url()), "a ticked box submits and keeps the other filters", page.url());

	await page.goto(base);
	await page.locator("body").press("/");
	ok(await page.evaluate(() => document.activeElement.id) === "q", "/ goes to the box");
	const devtools = await browser.newCDPSession(page), before = page.url();
	await devtools.send("Input.imeSetComposition", { text: "anquan", selectionStart: 6, selectionEnd: 6 });
	await devtools.send("Input.dispatchKeyEvent", { type: "keyDown", key: "Process", windowsVirtualKeyCode: 229 });
	await page.waitForTimeout(200);
	ok(page.url() === before, "a key while composing does nothing");
	await devtools.send("Input.insertText", { text: "安全" });
	await page.keyboard.press("Enter");
	await page.waitForURL(/search\?q=/);
	ok(decodeURIComponent(page.url()).includes("q=安全"), "then Enter searches", page.url());
	await page.close();

	await suggestions();

	const other = await plain(), quiet = await other.newContext({ javaScriptEnabled: false });
	const still = await quiet.newPage();
	await still.goto(base + pages.results);
	await still.locator("#facets input[type=checkbox]").first().check();
	await still.locator("#facets button").click();
	ok(/status=in_force/.test(still.url()), "without script the button applies the filters", still.url());
	await still.goto(base);
	await still.locator("#q").fill("安全");
	ok(await still.locator("[role=combobox], [role=listbox]").count() === 0, "without script the box is a box");
	await still.locator("#q").press("Enter");
	await still.waitForURL(/search\?q=/);
	await still.goto(base + pages.large);
	const links = await still.locator("main a[href^='/search'], main a[href^='/d/']").evaluateAll(l => l.map(a => a.getAttribute("href")));
	ok(links.filter(h => !/\.(json|csv|atom)/.test(h)).every(h => h.includes("ui=large")), "every link carries the large type",
	   links.filter(h => !h.includes("ui=large") && !/\.(json|csv|atom)/.test(h)).join(" "));
	await shot(still, "without-script");
	await still.emulateMedia({ media: "print" });
	await shot(still, "print");
	ok(!await still.locator(".tools").isVisible() && await still.locator(".printed").isVisible(), "print shows the address and no controls");
	await other.close();
} catch (e) {
	ok(false, "the test comes to its end", e.stack);
}
await end();
