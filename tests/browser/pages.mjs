// Pages in a real browser: no sideways scroll, no serious finding of axe, usable without script,
// Enter while an input method composes does not submit.  TAP output.
//
//   GONGKAI_URL=http://127.0.0.1:8480/ GONGKAI_DOC=dzmm-2021-000123 \
//   NODE_MODULES=/where/npm/put/them/node_modules node tests/browser/pages.mjs
//
// Written for tests/http/fake-searchd (t-pages.sh starts it), whose answers it knows.
// Needs playwright-core, axe-core and /usr/bin/chromium (CHROMIUM=...); skips without them.
// SHOTS=DIR keeps a picture of every page in every form.
import { createRequire } from "node:module";
import { mkdtempSync, rmSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const base = process.env.GONGKAI_URL, shots = process.env.SHOTS, doc = process.env.GONGKAI_DOC || "dzmm-2021-000123";
const chromium = process.env.CHROMIUM || "/usr/bin/chromium";
let playwright, axe;
try {
	const require = createRequire(process.env.NODE_MODULES ? process.env.NODE_MODULES + "/x.js" : import.meta.url);
	playwright = require("playwright-core");
	axe = require.resolve("axe-core/axe.min.js");
} catch { /* said below */ }
if (!base || !playwright || !existsSync(chromium)) {
	console.log("1..0 # SKIP needs GONGKAI_URL, playwright-core, axe-core and chromium");
	process.exit(0);
}

let n = 0, failed = 0;
function ok(good, name, detail) {
	n++;
	if (!good) failed++;
	console.log((good ? "ok " : "not ok ") + n + " - " + name);
	if (!good && detail) console.log("# " + String(detail).replace(/\n/g, "\n# "));
}

const profile = mkdtempSync(join(tmpdir(), "gongkai-browser-"));
const browser = await playwright.chromium.launchPersistentContext(profile, {
	executablePath: chromium, headless: true, bypassCSP: true,	// for axe only; the pages carry no inline script
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	       "--disable-component-update", "--disable-sync"],
});

const pages = {
	home: "", results: "search?q=" + encodeURIComponent("安全生产") + "&year=2021", document: "d/" + doc, difference: "d/" + doc + "/diff",
	nothing: "search?q=" + encodeURIComponent("空") + "&year=2021", missing: "d/no-such-thing", english: "search?q=a&lang=en",
	large: "search?q=" + encodeURIComponent("安全生产") + "&ui=large", some: "search?q=x&level=some", oldview: "d/" + doc + "@2018-07-01",
	browse: "browse", help: "help", about: "about", accessibility: "accessibility", history: "d/" + doc + "/history", paper: "d/" + doc + "/print",
	contrast: "search?q=" + encodeURIComponent("安全生产") + "&ui=contrast", traditional: "d/" + doc + "?lang=zh-Hant", statistics: "stats", category: "c/" + encodeURIComponent("政策法规"),
};

async function look(name, path, width, dark) {
	const page = await browser.newPage();
	const what = `${name} at ${width} px${dark ? ", dark" : ""}`;

	await page.setViewportSize({ width, height: 900 });
	await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
	await page.goto(base + path);
	const wide = await page.evaluate(() => {
		const w = document.documentElement.clientWidth, out = [];
		for (const e of document.querySelectorAll("body *")) {
			const r = e.getBoundingClientRect();
			if (r.right > w + 1 && !e.closest(".vh") && r.width > 1) out.push(e.tagName + "." + e.className + " " + Math.round(r.right));
		}
		return document.documentElement.scrollWidth > w ? out.slice(0, 5).join("\n") || "scrollWidth" : "";
	});
	ok(wide === "", what + " does not scroll sideways", wide);
	if (width < 500) {
		const small = await page.evaluate(() => {
			const out = [];
			for (const e of document.querySelectorAll("button, .button, input:not([type=hidden]):not([type=checkbox]), .filters label, .pager a, .top a, summary, .sort a, h2 a, h3 a")) {
				const r = e.getBoundingClientRect();
				if (r.height > 0 && r.height < 43.5 && !e.classList.contains("skip")) out.push(e.tagName + "." + e.className + " " + r.height);
			}
			return out.slice(0, 5).join("\n");
		});
		ok(small === "", what + " has targets of 44 px", small);
	}
	await page.addScriptTag({ path: axe });
	const found = await page.evaluate(async () => (await window.axe.run(document)).violations
		.filter(v => ["serious", "critical", "moderate"].includes(v.impact))
		.map(v => v.id + ": " + v.nodes.slice(0, 3).map(x => x.html.slice(0, 140) + " " + (x.any[0] ? x.any[0].message : "")).join("\n   ")));
	ok(found.length === 0, what + " passes axe", found.join("\n"));
	if (shots) await page.screenshot({ path: join(shots, `${name}-${width}${dark ? "-dark" : ""}.png`), fullPage: true });
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
		await page.addScriptTag({ path: axe });
		const found = await page.evaluate(async () => (await window.axe.run(document)).violations
			.filter(v => ["serious", "critical", "moderate"].includes(v.impact)).map(v => v.id + ": " + v.nodes[0].html + " " + (v.nodes[0].any[0] || v.nodes[0].all[0] || { message: "" }).message));
		ok(found.length === 0, `the open list passes axe at ${width} px${dark ? ", dark" : ""}`, found.join("\n"));
		const small = await list.locator("li").evaluateAll(l => l.filter(e => e.getBoundingClientRect().height < 43.5).length);
		ok(small === 0 && await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
		   `and fits, with targets of 44 px, at ${width} px`);
		if (shots) await page.screenshot({ path: join(shots, `suggestions-${width}${dark ? "-dark" : ""}.png`) });
	}
	await page.setViewportSize({ width: 1280, height: 900 });
	await page.emulateMedia({ colorScheme: "light" });

	asked.length = 0;
	await open("anquan");
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

	const plain = await playwright.chromium.launch({ executablePath: chromium, headless: true,
		args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"] });
	const quiet = await plain.newContext({ javaScriptEnabled: false });
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
	if (shots) await still.screenshot({ path: join(shots, "without-script.png"), fullPage: true });
	await still.emulateMedia({ media: "print" });
	if (shots) await still.screenshot({ path: join(shots, "print.png"), fullPage: true });
	ok(!await still.locator(".tools").isVisible() && await still.locator(".printed").isVisible(), "print shows the address and no controls");
	await plain.close();
} finally {
	await browser.close();
	rmSync(profile, { recursive: true, force: true });
}
console.log("1.." + n);
process.exit(failed ? 1 : 0);
