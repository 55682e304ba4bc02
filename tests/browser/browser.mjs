// What the tests in a browser share: the browser, a word for what was expected, and pictures.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

const require = createRequire(path.join(process.env.TELEPRESS_BROWSER, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const executablePath = process.env.TELEPRESS_CHROMIUM;
export const [address, root, pictures] = process.argv.slice(2);
mkdirSync(pictures, { recursive: true });

export const launch = () => chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

/** A page that may not do what the policy forbids, nor throw anything, without failing the test. */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]).catch(() => {});
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  page.on("console", (message) => { if (message.type() === "error") page.problems.push(message.text()); });
  await page.goto(url);
  if (options.javaScriptEnabled !== false) await page.waitForFunction(() => document.querySelector(".live").textContent !== "");
  return page;
}

export function expect(found, wanted, what) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: expected ${b}, found ${a}`);
}

export function holds(is, what) {
  if (!is) throw new Error(what);
}

export const picture = (page, name, options = {}) => page.screenshot({ path: path.join(pictures, `${name}.png`), ...options });

/** Nothing that keeps somebody out, as axe sees it. */
export async function accessible(page, what) {
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const serious = violations.filter((one) => ["serious", "critical"].includes(one.impact));
  expect(serious.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`), [], `${what}: axe`);
}

/** Runs scenes one after the other, and says which one failed. */
export async function scenes(list) {
  const browser = await launch();
  try {
    for (const [name, scene] of Object.entries(list)) {
      const began = Date.now();
      try { await scene(browser); } catch (error) { throw new Error(`${name}: ${error.message}`, { cause: error }); }
      console.log(`ok ${name} ${Date.now() - began} ms`);
    }
  } finally { await browser.close(); }
}
