// The pictures of the documentation, from a believable newsroom. Arguments: ADDRESS ROOT PICTURES.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { accessible, address, expect, holds, open, picture, root, scenes } from "./browser.mjs";

const file = path.join(root, "posts/water-main.toml");
const post = `${address}?post=water-main`;
const settled = (page) => page.evaluate(() => { document.activeElement.blur(); document.querySelectorAll(".chat").forEach((chat) => { chat.scrollTop = 0; }); scrollTo(0, 0); });

await scenes({
  async "a post in two languages"(browser) {
    const page = await open(browser, post, { viewport: { width: 1020, height: 900 } });
    await settled(page);
    expect(await page.locator(".bubble .name").allTextContents(), ["City of Lindholm", "Lindholms stad"], "the titles of the channels");
    await accessible(page, "a post in two languages");
    await picture(page, "post");
    await page.keyboard.press("d");
    await accessible(page, "the same in the dark");
    await picture(page, "post-dark");
    const narrow = await open(browser, post, { viewport: { width: 360, height: 740 } });
    await picture(narrow, "post-phone");
  },

  async "what differs between the languages"(browser) {
    const page = await open(browser, post, { viewport: { width: 1020, height: 620 } });
    const good = readFileSync(file, "utf8");
    writeFileSync(file, good.replace("- **Efteråt:** låt kallvattnet rinna i två minuter\n", ""));
    await page.waitForSelector(".differs");
    await settled(page);
    await picture(page, "differs");
    writeFileSync(file, good);
    await page.waitForSelector(".differs", { state: "detached" });
  },

  async "an error above the last good version"(browser) {
    const page = await open(browser, post, { viewport: { width: 1020, height: 760 } });
    const good = readFileSync(file, "utf8");
    writeFileSync(file, good.replace("read_more", "readmore"));
    await page.waitForSelector(".report.broken");
    await settled(page);
    await picture(page, "broken");
    writeFileSync(file, good);
    await page.waitForSelector(".report.broken", { state: "detached" });
  },

  async "the newsroom"(browser) {
    const page = await open(browser, address, { viewport: { width: 1020, height: 520 } });
    holds((await page.locator(".week").textContent()).includes("library-sunday"), "the week has a scheduled post");
    await picture(page, "newsroom");
  },
});
