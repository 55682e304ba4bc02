// Milliseconds from a save to the changed pixels. Arguments: ROUNDS ADDRESS BARE ROOT WATCHED OTHER… Prints p50 and p99 of the bare echo and of
// the page at ADDRESS, with tabs of OTHER open. The two take turns, so that a load on the machine slows both.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const require = createRequire(path.join(process.env.TELEPRESS_BROWSER, "package.json"));
const { chromium } = require("playwright-core");
const [rounds, address, bare, root, watched, ...others] = process.argv.slice(2);

const browser = await chromium.launch({ executablePath: process.env.TELEPRESS_CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
const open = async (url) => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector(".live").textContent === "live");
  // Resolves with the time at which the frame with this word has been drawn.
  await page.evaluate(() => {
    globalThis.drawn = (word) => new Promise((done) => {
      const look = () => {
        if (!document.querySelector("#main").textContent.includes(word)) return false;
        requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => done(performance.timeOrigin + performance.now()); port2.postMessage(0); });
        return true;
      };
      if (look()) return;
      const observer = new MutationObserver(() => { if (look()) observer.disconnect(); });
      observer.observe(document.querySelector("#main"), { childList: true, subtree: true, characterData: true });
    });
  });
  return page;
};

const post = path.join(root, "posts/post-0000.toml");
const text = readFileSync(post, "utf8");
const save = (word) => writeFileSync(post, text.replace(/heading = "[^"]*"/, `heading = "${word}"`));
const subjects = [
  [await open(bare), (word) => writeFileSync(watched, word)],
  [await open(address), save],
];
for (const other of others) await open(other);
const times = subjects.map(() => []);
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [number, [page, write]] of subjects.entries()) {
    await page.bringToFront();
    const word = `word-${process.pid}-${round}-${number}`;
    const seen = page.evaluate((word) => globalThis.drawn(word), word);
    await new Promise((wake) => setTimeout(wake, 90));
    const began = performance.timeOrigin + performance.now();
    write(word);
    times[number].push((await seen) - began);
  }
}
const at = (list, part) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))];
console.log(times.map((list) => `${at(list, 0.5).toFixed(1)} ${at(list, 0.99).toFixed(1)}`).join(" "));
await browser.close();
