// Pictures, videos, audio and documents on the preview's pages. Arguments: ADDRESS ROOT PICTURES.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { accessible, address, expect, holds, open, picture, root, scenes } from "./browser.mjs";

const file = (name) => path.join(root, "posts/media", name);
const post = (id) => `${address}?post=media/${id}`;
const noProblems = (page, what) => expect(page.problems, [], `${what}: problems in the page`);
/** Waits until every picture and every video of the page has its dimensions. */
const loaded = (page) => page.waitForFunction(() => [...document.querySelectorAll(".item img")].every((image) => image.complete && image.naturalWidth)
  && [...document.querySelectorAll(".item video")].every((video) => video.readyState > 0), null, { timeout: 10_000 });
const boxes = (page) => page.locator(".item").evaluateAll((items) => items.map((item) => item.getBoundingClientRect().toJSON()));
const fits = async (page, what) => holds(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what} fits`);
const narrow = { viewport: { width: 360, height: 740 } };
/** A picture of the messages alone, for the documentation. */
const messages = async (page, name) => { await page.setViewportSize({ ...page.viewportSize(), height: 1400 }); await page.evaluate(() => document.activeElement.blur()); await page.locator(".chat").first().screenshot({ path: path.join(process.argv[4], `${name}.png`) }); };

await scenes({
  async "a photo is shown with its caption below it"(browser) {
    const page = await open(browser, post("rink"));
    await loaded(page);
    const [image, text] = [await page.locator(".item img").boundingBox(), await page.locator(".text").boundingBox()];
    holds(Math.abs(image.width / image.height - 960 / 540) < 0.02, `its proportions: ${image.width} × ${image.height}`);
    holds(text.y >= image.y + image.height && text.width <= image.width + 1, "the caption is below it, and not wider");
    await accessible(page, "a photo");
    await messages(page, "media-photo");
    writeFileSync(file("rink/post.toml"), readFileSync(file("rink/post.toml"), "utf8") + "caption_above = true\n");
    await page.waitForFunction(() => document.querySelector(".text").getBoundingClientRect().top < document.querySelector(".item").getBoundingClientRect().top);
    noProblems(page, "a photo");
  },

  async "an album is a grid, a spoiler is blurred until it is clicked, a video plays"(browser) {
    for (const [name, options] of [["media-album", {}], ["media-album-dark", { colorScheme: "dark" }], ["media-album-phone", narrow]]) {
      const page = await open(browser, post("blankets"), options);
      await loaded(page);
      const items = await boxes(page);
      const grid = await page.locator(".pictures").boundingBox();
      const area = items.reduce((sum, item) => sum + item.width * item.height, 0);
      holds(Math.abs(area / (grid.width * grid.height) - 1) < 0.01, "the five items fill the grid without overlaps");
      await fits(page, name);
      await accessible(page, name);
      await messages(page, name);
      noProblems(page, name);
    }
    const page = await open(browser, post("blankets"));
    await loaded(page);
    const blur = () => page.locator(".veiled img").evaluate((image) => getComputedStyle(image).filter);
    holds((await blur()).includes("blur"), "a spoiler is blurred");
    await page.locator(".veil").focus();
    await page.keyboard.press("Enter");
    expect([await blur(), await page.locator(".veil").isVisible()], ["none", false], "the keyboard lifts the blur");
    const video = page.locator(".item video");
    await video.evaluate((video) => { video.muted = true; return video.play(); });
    await page.waitForFunction(() => document.querySelector(".item video").currentTime > 0.2);
    await video.evaluate((video) => { video.currentTime = 1.5; });
    await page.waitForFunction(() => { const video = document.querySelector(".item video"); return !video.seeking && video.currentTime >= 1.5; });
    writeFileSync(file("blankets/post.toml"), readFileSync(file("blankets/post.toml"), "utf8").replace("surprise", "secret"));
    await page.waitForFunction(() => document.querySelector(".text").textContent.includes("secret"));
    expect(await page.locator(".veiled.open").count(), 1, "a save keeps the lifted blur");
    noProblems(page, "an album");
  },

  async "animations play by themselves, unless the reader prefers no motion"(browser) {
    const page = await open(browser, post("high"));
    await page.waitForFunction(() => { const video = document.querySelector(".item video"); return !video.paused && video.currentTime > 0 && !video.controls; });
    await picture(page, "media-animation");
    await accessible(page, "an animation");
    const still = await open(browser, post("high"), { reducedMotion: "reduce" });
    await loaded(still);
    expect(await still.locator(".item video").evaluate((video) => [video.paused, video.controls]), [true, true], "it waits, with controls");
    const gif = await open(browser, post("gif"), { reducedMotion: "reduce" });
    await loaded(gif);
    const visible = () => gif.locator(".item img").evaluate((image) => getComputedStyle(image).visibility);
    expect(await visible(), "hidden", "a GIF waits for a click");
    await gif.locator(".play").click();
    expect(await visible(), "visible", "and then plays");
    await accessible(gif, "a GIF");
    expect([page.problems, still.problems, gif.problems], [[], [], []], "problems in the pages");
  },

  async "a document is saved under its name, below its buttons"(browser) {
    const page = await open(browser, post("guide"));
    const row = page.locator(".file");
    holds((await row.textContent()).includes("rivet-1.4-guide.pdf"), "its name");
    const [download] = await Promise.all([page.waitForEvent("download"), row.locator("a").click()]);
    expect(download.suggestedFilename(), "rivet-1.4-guide.pdf", "the saved name");
    expect(readFileSync(await download.path(), "latin1").slice(0, 5), "%PDF-", "the saved bytes");
    await accessible(page, "a document");
    await messages(page, "media-document");
    noProblems(page, "a document");
  },

  async "markup in a document does not run"(browser) {
    const page = await open(browser, post("hostile"));
    for (const link of await page.locator(".file a").all()) {
      await link.evaluate((link) => { link.removeAttribute("download"); link.target = "_blank"; link.rel = "opener"; });
      await Promise.all([page.context().waitForEvent("page").then((tab) => tab.waitForEvent("download").catch(() => {})), link.click()]);
    }
    await page.waitForTimeout(200);
    expect(await page.evaluate(() => globalThis.pwned), undefined, "nothing ran");
  },

  async "audio has a player, and long titles fit a phone"(browser) {
    const page = await open(browser, post("songs"), narrow);
    expect(await page.locator(".file audio").count(), 2, "two players");
    holds((await page.locator(".file").first().textContent()).includes("Evening bells"), "the title of the file's tags");
    await page.locator("audio").first().evaluate((audio) => { audio.muted = true; return audio.play(); });
    await page.waitForFunction(() => document.querySelector("audio").currentTime > 0.1);
    await fits(page, "audio");
    await accessible(page, "audio");
    await picture(page, "media-audio-phone");
    noProblems(page, "audio");
  },

  async "a poll follows its text"(browser) {
    const page = await open(browser, post("market"));
    expect(await page.locator(".bubble").count(), 2, "two messages");
    await messages(page, "media-poll");
    noProblems(page, "a poll");
  },

  async "a file that vanishes is reported in its place, until it is back"(browser) {
    const page = await open(browser, post("gif"));
    await loaded(page);
    const content = readFileSync(file("gif/loop.gif"));
    rmSync(file("gif/loop.gif"));
    await page.waitForSelector(".report.broken");
    await page.reload();
    await page.waitForSelector(".item.lost");
    holds((await page.locator(".item").evaluate((item) => getComputedStyle(item, "::before").content)).includes("was removed"), "the note");
    await picture(page, "media-lost");
    writeFileSync(file("gif/loop.gif"), content);
    await page.waitForSelector(".report.broken", { state: "detached" });
    await page.reload();
    await loaded(page);
    expect(await page.locator(".item.lost").count(), 0, "it is back");
  },

  async "pictures can be seen without JavaScript"(browser) {
    const page = await open(browser, post("blankets"), { javaScriptEnabled: false });
    expect(await page.locator(".item").count(), 5, "the items");
    await page.locator(".veil").focus();
    await page.waitForTimeout(50);
    expect(await page.locator(".veiled img").evaluate((image) => getComputedStyle(image).filter), "none", "the focus lifts the blur");
  },
});
