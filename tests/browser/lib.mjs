// What the tests in a real browser share: whether it is there at all, the browser itself, TAP, and what every page is asked (width, targets, axe).
//
//   NODE_MODULES   where npm put playwright-core (and axe-core); CHROMIUM: the browser, /usr/bin/chromium
//   SHOTS=DIR      keeps a picture of each page that is looked at
import { createRequire } from "node:module";
import { mkdtempSync, rmSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const chromium = process.env.CHROMIUM || "/usr/bin/chromium";
const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
let playwright, axe, browser, profile, count = 0, failed = 0;

// The browser, or the end of the test with a word why.  needs: variables that the shell must have set.  looks: pages are put before axe, so their policy for
// scripts is passed over; of the pages' own scripts nothing changes.
export async function begin(needs, { looks = false } = {}) {
	try {
		const require = createRequire(process.env.NODE_MODULES ? process.env.NODE_MODULES + "/x.js" : import.meta.url);
		playwright = require("playwright-core");
		if (looks) axe = require.resolve("axe-core/axe.min.js");
	} catch { /* said below */ }
	if (needs.some(name => !process.env[name]) || !playwright || (looks && !axe) || !existsSync(chromium)) {
		console.log(`1..0 # SKIP needs ${needs.join(", ")}, playwright-core${looks ? ", axe-core" : ""} and chromium`);
		process.exit(0);
	}
	profile = mkdtempSync(join(tmpdir(), "gongkai-browser-"));
	browser = looks ? await playwright.chromium.launchPersistentContext(profile, { executablePath: chromium, headless: true, bypassCSP: true, args }) : await plain();
	return browser;
}

// Another one, with the policy of the pages as it is; whoever asks for it closes it.
export const plain = () => playwright.chromium.launch({ executablePath: chromium, headless: true, args });

export function ok(good, name, detail) {
	count++;
	if (!good) failed++;
	console.log((good ? "ok " : "not ok ") + count + " - " + name);
	if (!good && detail) console.log("# " + String(detail).replace(/\n/g, "\n# "));
}

export async function end() {
	await browser.close();
	rmSync(profile, { recursive: true, force: true });
	console.log("1.." + count);
	process.exit(failed > 0 ? 1 : 0);
}

// A folder of this test's own, gone with its end.
export const scratch = name => join(profile, name);

export async function login(page, desk, name) {
	await page.goto(desk + "login");
	await page.fill("[name=name]", name);
	await page.fill("[name=password]", JSON.parse(process.env.PASSWORDS)[name]);
	await page.click("main button");
	await page.waitForURL(desk);
}

export async function shot(page, name, fullPage = true) {
	if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, name + ".png"), fullPage });
}

export async function size(page, width, dark) {
	await page.setViewportSize({ width, height: 900 });
	await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
	return ` at ${width} px${dark ? ", dark" : ""}`;
}

// What axe finds, of any weight.
export async function axeFinds(page, options = {}) {
	await page.addScriptTag({ path: axe });
	return (await page.evaluate(async o => (await window.axe.run(document, o)).violations
		.map(v => v.id + ": " + v.nodes.slice(0, 3).map(x => x.html.slice(0, 160) + " " + (x.any[0] || x.all[0] || { message: "" }).message).join("\n   ")), options)).join("\n");
}

// The page as it stands now: no sideways scroll, nothing to touch that is lower than 44 px, nothing that axe finds.  In the dark only colours differ.
const touched = "button, .button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, textarea, .choice label, .filters label, .pager a, .top a, .rows a, .sort a, summary, h2 a, h3 a";
export async function look(page, name, width, dark) {
	const what = name + await size(page, width, dark);
	const wide = await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? ""
		: [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest(".vh, .scroll")).slice(0, 5)
			.map(e => e.tagName + "." + e.className).join(" ") || "scrollWidth");
	ok(wide === "", what + " does not scroll sideways", wide);
	if (width < 500) {
		const small = await page.evaluate(touched => [...document.querySelectorAll(touched)].filter(e => { const h = e.getBoundingClientRect().height; return h > 0 && h < 43.5 && !e.classList.contains("skip"); })
			.slice(0, 5).map(e => e.tagName + "." + e.className + " " + e.getBoundingClientRect().height + " " + e.textContent.slice(0, 20)).join("\n"), touched);
		ok(small === "", what + " has targets of 44 px", small);
	}
	await page.evaluate(() => window.scrollTo(0, 0));
	const found = await axeFinds(page, dark ? { runOnly: ["color-contrast"] } : {});
	ok(found === "", what + " passes axe", found);
	await shot(page, `${name}-${width}${dark ? "-dark" : ""}`);
}
