// The sandbox's page with a running bot. Arguments: ADDRESS ROOT PICTURES.
import { accessible, address, expect, holds, open, picture, scenes } from "./browser.mjs";

const say = async (page, text) => { await page.fill("#text", text); await page.keyboard.press("Enter"); };
const button = (page, text) => page.locator(`.keyboard button:has-text("${text}")`).last();
const shows = (page, text) => page.waitForFunction((text) => document.querySelector(".conversation").textContent.includes(text), text, { timeout: 15_000 });
const published = async () => (await fetch(`${address}/sandbox/channels/example_news/posts`)).json();

await scenes({
  async "from an empty chat to a published post"(browser) {
    const channel = await open(browser, address + "/?chat=@example_news");
    holds((await channel.locator(".conversation").textContent()).includes("No posts yet"), "an empty channel");
    const page = await open(browser, address);
    await page.click(".chats a:has-text('Bot')");
    await page.waitForSelector("#text");
    await say(page, "/publish library-hours");
    await shows(page, "The library is open on Sundays");
    await picture(page, "chat");
    await button(page, "Publish").click();
    await channel.waitForSelector(".bubble");
    holds((await channel.locator(".text").textContent()).includes("The library is open on Sundays"), "the post appears without a reload");
    await shows(page, "t.me/example_news/1");
    await accessible(page, "the chat");
    await picture(channel, "channel");
    const group = channel.locator(".requests section").filter({ has: channel.locator("h3", { hasText: "example_news" }) });
    expect(await group.locator("li code").allTextContents().then((methods) => methods.includes("sendMessage")), true, "the request is below the title of its channel");
    expect(await channel.locator(".failures h3").count(), 3, "each kind of fault has a heading");
    expect([page.problems, channel.problems], [[], []], "problems in the pages");
  },

  async "an album is shown in the chat and in the channel, and uploads can fail"(browser) {
    const page = await open(browser, address);
    await page.click(".chats a:has-text('Bot')");
    await page.waitForSelector("#text");
    for (const [fault, name] of [["cut_upload", "Cut the upload"], ["lose_album_item", "Lose an album item"]]) {
      await page.click(`[data-fault*=${fault}]`);
      await page.waitForFunction((name) => document.querySelector(".armed")?.textContent.includes(name), name);
    }
    await page.click("[data-clear]");
    await page.waitForSelector(".armed", { state: "detached" });
    await say(page, "/publish blankets");
    const loaded = (tab) => tab.waitForFunction(() => { const images = [...document.querySelectorAll(".pictures img")]; return images.length === 3 && images.every((image) => image.naturalWidth); }, null, { timeout: 15_000 });
    await loaded(page);
    await picture(page, "chat-album");
    await button(page, "Publish").click();
    const channel = await open(browser, address + "/?chat=@example_news");
    await loaded(channel);
    const [grid, spoiler] = [await channel.locator(".pictures").boundingBox(), await channel.locator(".veiled img").evaluate((image) => getComputedStyle(image).filter)];
    holds(grid.width > 300 && spoiler.includes("blur"), "a grid, and a blurred picture");
    await accessible(channel, "an album in the channel");
    await picture(channel, "channel-album");
    expect([page.problems, channel.problems], [[], []], "problems in the pages");
  },

  async "an answer is lost, an operator decides, and nothing is posted twice"(browser) {
    const page = await open(browser, address);
    await page.click(".chats a:has-text('Bot')");
    await page.waitForSelector("#text");
    await say(page, "/publish ice-rink");
    await shows(page, "The ice rink opens on Friday");
    await page.click("[data-fault*='\"lands\":\"before\"']");
    await page.waitForSelector(".armed");
    await picture(page, "armed");
    const request = page.locator(".requests li").first();
    const number = await request.getAttribute("value");
    await request.locator("summary").click();
    await button(page, "Publish").click();
    await shows(page, "It is there");
    expect(await page.locator(".armed").count(), 0, "the fault applied once");
    await page.locator(".requests details").filter({ hasText: "fault" }).first().waitFor();
    expect(await page.locator(".requests details[open]").count(), 1, "one request is open");
    expect(await page.locator(".requests li:has(details[open])").getAttribute("value"), number, "it is the same request");
    await page.locator(".requests details[open] summary").click();
    await page.evaluate(() => scrollTo(0, 0));
    await picture(page, "uncertain");
    await button(page, "It is there").click();
    await page.waitForTimeout(1_000);
    const posts = await published();
    expect(posts.filter((post) => post.text.includes("The ice rink opens on Friday")).length, 1, "one copy");
  },

  async "the clock is set forward, and a fault is armed and cleared"(browser) {
    const page = await open(browser, address);
    await page.click("[data-forward='3600']");
    await page.waitForFunction(() => document.querySelector(".tools").textContent.includes("60 minutes ahead"));
    await page.click("[data-fault*=bad_gateway]");
    await page.waitForSelector("[data-clear]");
    await page.click("[data-clear]");
    await page.waitForSelector("[data-clear]", { state: "detached" });
  },

  async "on a phone and in the dark"(browser) {
    const page = await open(browser, address, { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
    holds(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page fits a phone");
    await accessible(page, "the sandbox, dark");
    await picture(page, "sandbox-phone", { fullPage: true });
  },
});
