// All pages of the desk in a real browser, script switched off in them: no sideways scroll, targets of 44 px, no finding of axe, at 1280 and 320 px, light and
// dark.  TAP.  t-desk.sh starts the desk and gives GONGKAI_URL (…/staff/), PASSWORDS (JSON) and NODE_MODULES.  SHOTS=DIR keeps a picture of each.
import { writeFileSync } from "node:fs";
import { begin, end, login as enter, look as lookAt, ok, scratch } from "./lib.mjs";

const browser = await begin(["GONGKAI_URL"], { looks: true }), base = process.env.GONGKAI_URL;
const page = await browser.newPage();

// What stands on the screen now, in four forms.
async function look(name) {
	for (const [width, dark] of [[1280, false], [320, false], [1280, true], [320, true]]) await lookAt(page, name, width, dark);
	await page.setViewportSize({ width: 1280, height: 900 });
	await page.emulateMedia({ colorScheme: "light" });
}
const open = path => page.goto(base + path);
async function login(name) {
	await browser.clearCookies();
	await enter(page, base, name);
}

await open("login");
await look("login");
await login("zhang");
await look("today");
await page.click(".rows .choice label >> nth=0");
await page.click(".rows .choice label >> nth=1");
await page.click("button:has-text('登记废止…')");
await look("batch-ground");
await page.fill("[name=by_text]", "《关于废止部分文件的通知》（县府发〔2026〕7号）");
await page.fill("[name=effective]", "2026-10-01");
await page.click("button:has-text('看后果')");
await look("batch-preview");
await page.click("button:has-text('登记这 2 件')");
ok((await page.innerText(".done")).includes("已登记 2 件"), "two abolitions are registered at once in the browser");
await look("batch-done");
await open("unchecked?all=1");
await look("unchecked");
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
const paper = scratch("办法.txt");
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
await page.click("details.save summary");
await page.fill("[name=view]", "秸秆");
await look("find-save");
await page.click("details.save button");
await page.waitForURL(base + "views");
ok((await page.innerText("main table")).includes("秸秆"), "a list is saved as a view in the browser");
await look("views");
await open("today");
await look("today-views");
await page.click("nav.views a");
ok((await page.innerText("h1")).includes("查找") && (await page.inputValue("main [name=q]")) === "秸秆", "and leads back to it");
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
await open("archive");
await page.fill("form:has(input[value=deliver]) [name=since]", "2000-01-01");
await page.fill("form:has(input[value=deliver]) [name=point]", "县图书馆");
await page.click("form:has(input[value=deliver]) button");
await page.waitForURL(base + "archive/jobs");
for (let i = 0; i < 100 && !(await page.innerText("main")).includes("✓ 完成"); i++) {
	await page.waitForTimeout(300);
	await open("archive/jobs");
}
await look("jobs");
await open("archive/packages");
await look("packages");
const [got] = await Promise.all([page.waitForEvent("download"), page.click("table a")]);
ok(/^deliver-.*\.tar$/.test(got.suggestedFilename()) && await got.failure() === null, "a package is downloaded by the browser, and not shown");
await open("again");
await look("account");
await page.click("button:has-text('设第二因素')");
await look("second-factor");
await open("today?lang=en");
await look("today-english");
await open("nowhere");
await look("not-found");
await end();
