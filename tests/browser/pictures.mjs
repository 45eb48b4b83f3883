// Pictures of the public pages over the sample archive, for doc/img: devel/pictures starts the server and says where (GONGKAI_URL), and where to put them (SHOTS).
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(process.env.NODE_MODULES ? process.env.NODE_MODULES + "/x.js" : import.meta.url);
const base = process.env.GONGKAI_URL, shots = process.env.SHOTS;
const browser = await require("playwright-core").chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", headless: true,
	env: { ...process.env, LANGUAGE: "zh_CN:zh", LC_ALL: "zh_CN.UTF-8" }, args: ["--lang=zh-CN", "--no-sandbox", "--disable-gpu"] });

// Named by what they are in the sample, not by a number that a new sample would move.
async function find(query) {
	const answer = await (await fetch(base + "search.json?jump=0&" + query)).json();
	if (!answer.hits.length) throw new Error("the sample has nothing for " + query);
	return answer.hits[0].url.slice(1);
}
const q = s => "q=" + encodeURIComponent(s);
const live = await find(q("禁烧秸秆网格化管理办法") + "&status=in_force"), ended = await find(q("安全生产监督管理办法") + "&status=abolished");
const pictures = [
	["home", ""], ["results", "search?" + q("安全生产")], ["document-in-force", live], ["document-abolished", ended], ["as-of", ended + "@2020-06-01"],
	["no-hits", "search?" + q("低保") + "&year=2016"], ["large", "search?" + q("低保") + "&ui=large"], ["narrow", "search?" + q("低保"), { width: 320 }],
	["dark", "search?" + q("宅基地"), { dark: true }], ["print", ended, { media: "print" }], ["contrast", "search?" + q("低保") + "&ui=contrast"],
	["traditional", live + "?lang=zh-Hant"], ["browse", "browse"], ["history", ended + "/history"], ["english", "search?" + q("低保") + "&lang=en"],
];

for (const [name, path, how = {}] of pictures) {
	const page = await browser.newPage({ viewport: { width: how.width || 1280, height: 900 }, colorScheme: how.dark ? "dark" : "light", locale: "zh-CN" });

	if (how.media) await page.emulateMedia({ media: how.media });
	await page.goto(base + path);
	await page.screenshot({ path: join(shots, name + ".png"), fullPage: true });
	await page.close();
}
await browser.close();
