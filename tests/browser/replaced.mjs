// A published picture beside the one that replaces it. Arguments: ADDRESS ROOT PICTURES.
import path from "node:path";
import { accessible, address, expect, holds, open, scenes } from "./browser.mjs";

await scenes({
  async "both pictures are shown side by side"(browser) {
    for (const options of [{}, { viewport: { width: 360, height: 740 }, colorScheme: "dark" }]) {
      const page = await open(browser, `${address}?post=blanket`, options);
      await page.waitForFunction(() => { const images = [...document.querySelectorAll(".replaced img")]; return images.length === 2 && images.every((image) => image.naturalWidth); });
      const [old, now] = await page.locator(".replaced img").evaluateAll((images) => images.map((image) => image.getBoundingClientRect().toJSON()));
      expect(old.top, now.top, "at the same height");
      holds(old.right <= now.left, "side by side");
      const sources = await page.locator(".replaced img").evaluateAll((images) => images.map((image) => image.src));
      holds(sources[0] !== sources[1], "two files");
      holds(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page fits");
      await accessible(page, "replaced media");
      if (!options.viewport) await page.locator(".changed").screenshot({ path: path.join(process.argv[4], "media-replaced.png") });
      expect(page.problems, [], "problems in the page");
    }
  },
});
