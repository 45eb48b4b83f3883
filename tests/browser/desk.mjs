// All pages of the desk in a real browser, script switched off in them: no sideways scroll, targets of 44 px, no finding of axe, at 1280 and 320 px, light and
// dark.  TAP.  t-desk.sh starts the desk and gives GONGKAI_URL (…/staff/), PASSWORDS (JSON) and NODE_MODULES.  SHOTS=DIR keeps a picture of each.
import { createRequire } from "node:module";
import { mkdtempSync, rmSync, existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const base = process.env.GONGKAI_URL, shots = process.env.SHOTS, chromium = process.env.CHROMIUM || "/usr/bin/chromium";
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

const profile = mkdtempSync(join(tmpdir(), "gongkai-desk-"));
const browser = await playwright.chromium.launchPersistentContext(profile, {
	executablePath: chromium, headless: true, bypassCSP: true,	// for axe only; the pages carry no script at all
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage();
const passwords = JSON.parse(process.env.PASSWORDS);

// What stands on the screen now, in four forms.
async function look(name) {
	await page.addScriptTag({ path: axe });
	for (const [width, dark] of [[1280, false], [320, false], [1280, true], [320, true]]) {
		const what = `${name} at ${width} px${dark ? ", dark" : ""}`;
		await page.setViewportSize({ width, height: 900 });
		await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
		const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth
			? [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest(".vh,.scroll")).slice(0, 4)
				.map(e => e.tagName + "." + e.className).join(" ") || "scrollWidth" : "");
		ok(wide === "", what + " does not scroll sideways", wide);
		if (width < 500) {
			const small = await page.evaluate(() => [...document.querySelectorAll("button, .button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, textarea, .choice label, .top a, .rows a, summary")]
				.filter(e => { const h = e.getBoundingClientRect().height; return h > 0 && h < 43.5 && !e.classList.contains("skip"); })
				.slice(0, 5).map(e => e.tagName + "." + e.className + " " + e.getBoundingClientRect().height + " " + e.textContent.slice(0, 20)).join("\n"));
			ok(small === "", what + " has targets of 44 px", small);
		}
		await page.evaluate(() => window.scrollTo(0, 0));
		// Only colours differ in the dark.
		const found = await page.evaluate(async dark => (await window.axe.run(document, dark ? { runOnly: ["color-contrast"] } : {})).violations
			.map(v => v.id + ": " + v.nodes.slice(0, 3).map(x => x.html.slice(0, 160) + " " + (x.any[0] ? x.any[0].message : "")).join("\n   ")), dark);
		ok(found.length === 0, what + " passes axe", found.join("\n"));
		if (shots) await page.screenshot({ path: join(shots, `${name}-${width}${dark ? "-dark" : ""}.png`), fullPage: true });
	}
	await page.setViewportSize({ width: 1280, height: 900 });
	await page.emulateMedia({ colorScheme: "light" });
}
const open = path => page.goto(base + path);
async function login(name) {
	await browser.clearCookies();
	await open("login");
	await page.fill("[name=name]", name);
	await page.fill("[name=password]", passwords[name]);
	await page.click("main button");
	await page.waitForURL(base);
}

await open("login");
await look("login");
await login("zhang");
await look("today");
await open("proposals");
await look("proposals");
await open("events");
await look("act-form");
await page.fill("[name=ref]", "青石镇禁烧秸秆网格化管理办法");
await page.fill("[name=by_text]", "《关于废止部分文件的通知》（县府发〔2026〕7号）");
await page.fill("[name=effective]", "2026-10-01");
await page.click("main button");
await look("abolition-preview");
await page.click("main form.acts button");
ok((await page.innerText(".done")).includes("已登记"), "an abolition is registered in the browser");
await look("abolition-done");
await page.click("a:has-text('撤销这一条')");
await look("undo");
await page.fill("[name=reason]", "登错了");
await page.click("main form button");
ok((await page.innerText(".done")).includes("已登记"), "and undone");
await open("events");
await page.fill("[name=ref]", "青石镇禁烧秸秆网格化管理办发");
await page.fill("[name=by_text]", "某文");
await page.click("main button");
await look("near");
await open("lists");
await look("list-form");
await page.fill("[name=list]", "青石镇禁烧秸秆网格化管理办法\n青石府发〔2025〕4好\n青石府发〔2022〕99号\n青石镇集贸市场管理规定");
await page.fill("[name=by_text]", "《关于废止部分文件的通知》（县府发〔2026〕7号）");
await page.click("main button");
await look("list-rows");
await open("documents");
await look("upload-form");
const paper = join(profile, "办法.txt");
writeFileSync(paper, "青石镇人民政府文件\n青石府发〔2026〕31号\n\n青石镇集体建房管理办法\n\n各村民委员会：\n第一条 为了规范集体建房，制定本办法。联系人张三，13800001234。\n" +
	"第二条 本办法自2026年1月1日起施行，《青石镇集贸市场管理规定》（青石府发〔2016〕2号）同时废止。\n\n青石镇人民政府\n2025年12月5日\n");
await page.setInputFiles("[name=file]", paper);
await page.click("main button");
await look("upload-read");
await page.click("main form.card button");
ok((await page.innerText(".done")).includes("已收入"), "a document is brought in through the browser");
await look("upload-done");
await open("report?year=2025");
await look("report");
await open("find?q=" + encodeURIComponent("秸秆"));
await look("find");
await page.click(".rows a");
await look("record");
await login("li");
await open("review");
await look("review-list");
await page.click("table a");
await look("review");
await open("archive/holds");
await look("holds-reader");
await login("wang");
await open("archive");
await look("archive");
await open("archive/list?year=2015");
await look("archive-list");
await open("archive/holds");
await page.fill("[name=case]", "复议2026-3");
await page.fill("[name=reason]", "行政复议");
await page.fill("[name=ids]", "青石镇禁烧秸秆网格化管理办法");
await page.click("main form.card button");
await look("hold-preview");
await page.click("main form.acts button");
await open("archive/holds");
await look("holds");
await open("archive/dispose");
await look("dispose");
await open("archive/jobs");
await look("jobs");
await open("again");
await look("account");
await page.click("button:has-text('设第二因素')");
await look("second-factor");
await open("today?lang=en");
await look("today-english");
await open("nowhere");
await look("not-found");
await browser.close();
rmSync(profile, { recursive: true, force: true });
console.log("1.." + n);
process.exit(failed > 0 ? 1 : 0);
