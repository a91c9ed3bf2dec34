// The report page in a real browser: charts are there, search works, scraped text does not run, nothing leaves the page.
//
//     node tests/browser/report.mjs target/release/copydesk [FOLDER FOR PICTURES]

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch, open } from "./cdp.mjs";

const [program, pictures] = process.argv.slice(2);
const browserProgram = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  .find((path) => spawnSync(path, ["--version"]).status === 0);
assert.ok(program && browserProgram, "usage: node report.mjs COPYDESK; needs Chromium");

const folder = mkdtempSync(join(tmpdir(), "copydesk-report-"));
const hostileId = "x\"'</script><script>hacked=1</script>";
const documents = [
  { id: "council", source: "town.example", text: "The council met on Monday and voted at noon.\n\nAdvertisement\n\nThe cafÃ© stayed open &amp; busy all day long." },
  { id: hostileId, source: "<img src=x onerror=hacked=1>", url: "javascript:hacked=1",
    text: "Scraped text with <script>window.hacked=1</script>, <img src=https://example.org/x.png onerror=hacked=1> and <!-- in it.\n\nAdvertisement <svg onload=hacked=1>\n\nAdvertisement" },
  { id: "arabic", text: "صباح الخير يا عالم. كيف حالك اليوم؟\n\nAdvertisement\n\nهذا نص عربي طويل بعض الشيء يكفي لسطرين." },
  { id: "japanese", text: "日本語の文章です。次の文です。これは長い段落です。\n\nAdvertisement" },
  { id: "gone", text: "Advertisement\n\nRead more" },
  ...Array.from({ length: 30 }, (_, n) => ({ id: `story-${n}`, source: "news.example", text: `Story number ${n} begins here. It goes on for a while.\n\nhttps://news.example/${n}\n\nRead more` })),
];
writeFileSync(join(folder, "in.jsonl"), documents.map((one) => JSON.stringify(one)).join("\n") + "\n{\"text\":\"</script><script>hacked=1</script>\n");
spawnSync(resolve(program), ["clean", "in.jsonl", "-o", "out", "-q"], { cwd: folder, stdio: "inherit" });
const page = join(folder, "out/.copydesk/report.html");
const url = pathToFileURL(page).href;

const browser = await launch(browserProgram);
const checks = [];
const check = (name, run) => checks.push([name, run]);

async function quiet(tab, where = url) {
  assert.equal(await tab.run("return String(window.hacked)"), "undefined", "scraped text has run");
  assert.deepEqual(tab.seen.complaints, [], "the console is silent");
  assert.deepEqual(tab.seen.requests.filter((request) => request !== where && !request.startsWith("data:")), [], "no request leaves the page");
}

check("every chart is drawn and has a table behind it", async () => {
  const tab = await open(browser, url);
  const charts = await tab.run(`return [...document.querySelectorAll("figure")].map((figure) => ({
    caption: figure.querySelector("figcaption").textContent,
    shapes: [...figure.querySelectorAll("svg rect")].filter((rect) => rect.getBoundingClientRect().width > 0).length,
    cells: figure.querySelectorAll("td").length }))`);
  assert.ok(charts.length >= 7, `${charts.length} charts`);
  for (const chart of charts) assert.ok(chart.shapes > 0 && chart.cells > 1, JSON.stringify(chart));
  const tiles = await tab.run(`return [...document.querySelectorAll(".tiles b")].map((b) => Number(b.textContent))`);
  assert.deepEqual(tiles.slice(0, 4), [36, 34, 1, 1], "in, out, empty, rejected");
  await quiet(tab);
  await tab.close();
});

check("a document is found by its id and shown as a diff", async () => {
  const tab = await open(browser, url);
  await tab.key("/", "/");
  assert.equal(await tab.run("return document.activeElement.id"), "search", "the slash goes to the search");
  await tab.type("story-17");
  assert.deepEqual(await tab.run(`return [...document.querySelectorAll("#results b")].map((b) => b.textContent)`), ["story-17"]);
  await tab.key("Enter", "\r");
  assert.equal(await tab.run(`return document.getElementById("document").textContent`), "story-17");
  const removed = await tab.run(`return [...document.querySelectorAll("#view del")].map((del) => del.textContent)`);
  assert.deepEqual(removed, ["https://news.example/17", "Read more"]);
  assert.ok(await tab.run(`return document.querySelector("#view .break") !== null`), "sentence breaks are marked");
  await tab.run(`const box = document.getElementById("search"); box.value = "nobody"; box.dispatchEvent(new Event("input"))`);
  assert.match(await tab.run(`return document.getElementById("results").textContent`), /copydesk explain DIR nobody/);
  await quiet(tab);
  await tab.close();
});

check("a link leads to a document, and repairs show before and after", async () => {
  const tab = await open(browser, url + "#document=council");
  assert.equal(await tab.run(`return document.getElementById("document").textContent`), "council");
  const view = await tab.run(`return [...document.querySelectorAll("#view ins")].map((ins) => ins.textContent).join("|")`);
  assert.match(view, /é/);
  await tab.close();
});

check("a rule's examples can be paged through by keyboard", async () => {
  const tab = await open(browser, url);
  await tab.run(`[...document.querySelectorAll("#removals .list button")].find((b) => b.value === "bare-address").focus()`);
  await tab.key("Enter", "\r");
  const text = () => tab.run(`return document.querySelector("#removals .pages:last-child span").textContent`);
  assert.match(await text(), /^1 of [2-9]/);
  await tab.run(`[...document.querySelectorAll("#removals .pages button")].find((b) => b.textContent === "Next").focus()`);
  await tab.key("Enter", "\r");
  assert.match(await text(), /^2 of /);
  await quiet(tab);
  await tab.close();
});

check("a hostile document is shown as text", async () => {
  const tab = await open(browser, url + "#document=" + encodeURIComponent(hostileId));
  assert.equal(await tab.run(`return document.getElementById("document").textContent`), hostileId);
  assert.match(await tab.run(`return document.getElementById("view").textContent`), /<script>window\.hacked=1<\/script>/);
  assert.deepEqual(await tab.run(`return [document.scripts.length, document.images.length, document.querySelectorAll("main a[href^=javascript]").length]`), [2, 0, 0]);
  await tab.run(`for (const node of document.querySelectorAll("main button")) node.click();`);
  await quiet(tab);
  await tab.close();
});

check("it fits a phone, and follows the colour scheme", async () => {
  const tab = await open(browser, url, { width: 360, height: 780 });
  const [content, window] = await tab.run("return [document.documentElement.scrollWidth, innerWidth]");
  assert.ok(content <= window, `${content} of ${window} pixels`);
  const light = await tab.run("return getComputedStyle(document.body).backgroundColor");
  await tab.close();
  const dark = await open(browser, url, { scheme: "dark" });
  assert.notEqual(await dark.run("return getComputedStyle(document.body).backgroundColor"), light);
  await quiet(dark);
  await dark.close();
});

check("the first tab stop skips to the content, and every control has a name", async () => {
  const tab = await open(browser, url);
  await tab.key("Tab");
  assert.equal(await tab.run("return document.activeElement.className"), "skip");
  const nameless = await tab.run(`return [...document.querySelectorAll("button, input, select, summary, a")]
    .filter((node) => !(node.textContent.trim() || node.labels?.length || node.getAttribute("aria-label"))).length`);
  assert.equal(nameless, 0);
  await tab.close();
});

// The checks above see nothing unless a breach would be seen.
check("a breach would be noticed", async () => {
  const breached = join(folder, "breached.html");
  writeFileSync(breached, readFileSync(page, "utf8").replace("</body>", "<script>window.hacked = 1</script><img src='https://example.org/x.png'></body>"));
  const tab = await open(browser, pathToFileURL(breached).href);
  assert.equal(await tab.run("return String(window.hacked)"), "undefined", "the page's policy stops it even then");
  assert.ok(tab.seen.complaints.length >= 2, "and the console tells of both");
  await tab.close();
});

let failures = 0;
for (const [name, run] of checks) {
  try {
    await run();
    console.log(`ok    ${name}`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL  ${name}\n${error.stack}`);
  }
}
if (pictures) {
  for (const [name, options] of Object.entries({ desktop: {}, dark: { scheme: "dark" }, phone: { width: 390, height: 844 } })) {
    const tab = await open(browser, url, options);
    writeFileSync(join(pictures, `${name}.png`), await tab.picture());
    await tab.close();
  }
}
await browser.close();
rmSync(folder, { recursive: true, force: true });
process.exit(failures > 0 ? 1 : 0);
