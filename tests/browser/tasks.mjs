// The ten tasks of doc/tasks.md, done by somebody who starts at the first page of the site or of the desk (logged in).  An action is one click, one field filled,
// one key pressed.  TAP; each line says how many it took, and the numbers of doc/tasks.md must be these.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { begin, end, login, ok } from "./lib.mjs";

const browser = await begin(["SITE", "DESK"]), { SITE: site, DESK: desk, WORK: work } = process.env;

async function start(who) {
	const context = await browser.newContext({ javaScriptEnabled: false }), page = await context.newPage();
	page.setDefaultTimeout(20000);
	if (who) {
		await login(page, desk, who);
	} else {
		await page.goto(site);
	}
	let actions = 0;
	const did = async f => { actions++; await f; };
	return {
		page, count: () => actions,
		click: what => did(page.locator(what).first().click()), fill: (what, text) => did(page.fill(what, text)), enter: () => did(Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")])),
		check: what => did(page.locator(what).first().check()), copy: where => did(where.focus()), file: (what, path) => did(page.setInputFiles(what, path)), text: () => page.innerText("body"),
	};
}

async function task(name, most, who, steps) {
	const s = await start(who);
	let good = false, why = "";
	try {
		good = await steps(s);
	} catch (e) {
		why = String(e);
	}
	good = good && s.count() <= most;
	ok(good, name + ": " + s.count() + " actions", good ? "" : why + (await s.text()).slice(0, 900));
	await s.page.context().close();
}

await task("1 a rule by half of its title", 3, null, async s => {
	await s.fill("#q", "禁烧秸秆网格化");
	await s.enter();
	await s.click("article.hit h2 a");
	return (await s.text()).includes("青石镇禁烧秸秆网格化管理办法") && s.page.url().includes("/d/");
});
await task("2 by its number in other brackets", 2, null, async s => {
	await s.fill("#q", "青石府发[2019]2号");
	await s.enter();
	return s.page.url().includes("/d/") && (await s.page.innerText("h1")).includes("安全生产监督管理办法");
});
await task("3 what took its place", 3, null, async s => {
	await s.fill("#q", "青石府发〔2019〕2号");
	await s.enter();
	await s.click(".state a");
	return (await s.page.innerText("h1")).includes("2023年修订");
});
await task("4 what held on 2019-06-01", 4, null, async s => {
	await s.fill("#q", "青石府发〔2019〕2号");
	await s.enter();
	await s.fill("#as_of", "2019-06-01");
	await s.click("form.asof button");
	return (await s.page.innerText(".state")).includes("现行有效") && (await s.text()).includes("按 2019-06-01 时效显示");
});
await task("5 to be told of abolitions", 1, null, async s => {
	const feed = s.page.locator("footer a[href*='status=abolished']"), answer = await fetch(new URL(await feed.getAttribute("href"), site));
	await s.copy(feed);
	return answer.headers.get("content-type").startsWith("application/atom+xml") && (await answer.text()).includes("<entry>");
});
const list = [...Array(20).keys()].map(k => String(k + 1).padStart(2, "0")).map(k => k === "05" ? "青石镇第05号临时管控通高" : k === "11" ? "青石府通〔2023〕911号" : k === "17" ? "青石府通〔2032〕117号" : `青石府通〔2023〕1${k}号`);
await task("6 an abolition from a pasted list of 20 with 3 errors", 6, "zhang", async s => {
	await s.click("nav a:has-text('成批清单')");
	await s.fill("[name=list]", list.join("\n"));
	await s.fill("[name=by_text]", "《关于废止部分通告的决定》（县府发〔2026〕9号）");
	await s.click("main button");
	await s.check("#row5-0");	// the one that has a slip; the two that are not here are left out by the button that says so
	await s.click("button:has-text('没有选的行略过')");
	const text = await s.text();
	return text.includes("已登记 18 条") && text.includes("略过 2 行") && (await s.page.locator("li:has-text('略过')").count()) === 2;
});
await task("7 to undo", 5, "zhang", async s => {
	await s.fill("[name=q]", "青石镇集贸市场管理规定");
	await s.click("form.find button");
	await s.click(".rows a");
	await s.click("a:has-text('撤销')");
	await s.click("main form button");
	return (await s.text()).includes("已登记");
});
await task("8 to sign", 4, "zhao", async s => {
	await s.click("nav a:has-text('审查')");
	await s.click("main table a");
	await s.fill("[name=reason]", "核过");
	await s.click("button[name=act][value=sign]");
	return (await s.text()).includes("已登记");
});
await task("9 to put a hold", 6, "wang", async s => {
	await s.click("nav a:has-text('停止处置')");
	await s.fill("[name=case]", "复议2026-3");
	await s.fill("[name=reason]", "行政复议");
	await s.fill("[name=ids]", "青石镇禁烧秸秆网格化管理办法");
	await s.click("main form.card button");
	await s.click("main form.acts button");
	return (await s.text()).includes("已登记");
});
await task("10 to export a year", 3, "wang", async s => {
	await s.click("nav a:has-text('档案')");
	const form = s.page.locator("form:has(input[name=kind][value=transfer])");
	if (await form.locator("[name=year]").count()) await s.fill("form:has(input[name=kind][value=transfer]) [name=year]", "2015");
	await s.click("form:has(input[name=kind][value=transfer]) button");
	return /开始|进行|完成|排队/.test(await s.text());
});
await end();
