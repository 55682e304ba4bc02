// Shared by the browser tests: starting the browser, assertions, and screenshots.
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

/** Opens a page and collects its errors, including violations of its content security policy, in `page.problems`. */
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

export function holds(condition, what) {
  if (!condition) throw new Error(what);
}

export const picture = (page, name, options = {}) => page.screenshot({ path: path.join(pictures, `${name}.png`), ...options });

/** Asserts that axe finds no serious accessibility problem. */
export async function accessible(page, what) {
  // `evaluate` uses the debugger, to which the page's content security policy does not apply.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const serious = violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`), [], `${what}: axe`);
}

/** Runs the scenes in order; an error names the scene that failed. */
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
