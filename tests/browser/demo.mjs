// The first steps in `telepress demo`. Arguments: ADDRESS POSTS PICTURES.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { address, expect, holds, open, picture, root, scenes } from "./browser.mjs";

const say = async (page, text) => { await page.fill("#text", text); await page.keyboard.press("Enter"); };
const button = (page, text) => page.locator(`.keyboard button:has-text("${text}")`).last();
const shows = (page, text) => page.waitForFunction((text) => document.querySelector(".conversation").textContent.includes(text), text, { timeout: 15_000 });
const write = (name, text) => writeFileSync(path.join(root, `${name}.toml`), text);

await scenes({
  async "the samples are in their channels"(browser) {
    const page = await open(browser, address + "/?chat=@world_ru");
    expect(await page.locator(".chats li").count(), 7, "a bot, five channels and a discussion group");
    await shows(page, "Основные тезисы:");
    await picture(page, "demo-channel");
    expect(page.problems, [], "problems in the page");
  },

  async "a new file becomes a post, and its change an edit"(browser) {
    const chat = await open(browser, address);
    await chat.click(".chats a:has-text('Bot')");
    await chat.waitForSelector("#text");
    holds(await chat.locator(".bubble").count() === 0, "the chat is empty");
    write("hello", 'channels = ["rivet-releases"]\nheading = "My first post"\nlead = "It is **mine**."\n');
    await say(chat, "/publish hello");
    await shows(chat, "It is mine.");
    await button(chat, "Publish").click();
    await shows(chat, "t.me/rivet_releases/");
    const channel = await open(browser, address + "/?chat=@rivet_releases");
    const own = channel.locator(".bubble").filter({ hasText: "My first post" });
    await own.waitFor();
    expect(await own.locator("strong, b").allTextContents(), ["My first post", "mine"], "what is bold");
    write("hello", 'channels = ["rivet-releases"]\nheading = "My first post"\nlead = "It is **ours**."\n');
    await say(chat, "/update hello");
    await shows(chat, "ours");
    await picture(chat, "demo-update");
    await button(chat, "Edit the message").click();
    await own.filter({ hasText: "It is ours." }).filter({ hasText: "edited" }).waitFor();
    await picture(channel, "demo-edited");
    expect([chat.problems, channel.problems], [[], []], "problems in the pages");
  },
});
