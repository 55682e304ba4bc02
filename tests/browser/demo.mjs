// The first steps in `telepress demo`. Arguments: ADDRESS POSTS PICTURES.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { accessible, address, expect, holds, open, picture, root, scenes } from "./browser.mjs";

const say = async (page, text) => { await page.fill("#text", text); await page.keyboard.press("Enter"); };
const button = (page, text) => page.locator(`.keyboard button:has-text("${text}")`).last();
const shows = (page, text) => page.waitForFunction((text) => document.querySelector(".conversation").textContent.includes(text), text, { timeout: 15_000 });
const write = (name, text) => writeFileSync(path.join(root, `${name}.toml`), text);

await scenes({
  async "the samples are in their channels"(browser) {
    const page = await open(browser, address + "/?chat=@world_ru");
    expect(await page.locator(".chats li").count(), 9, "three operators, five channels and a discussion group");
    await shows(page, "Основные тезисы:");
    await picture(page, "demo-channel");
    expect(page.problems, [], "problems in the page");
  },

  async "a new file becomes a post, and its change an edit"(browser) {
    const chat = await open(browser, address);
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

  async "the page opens on the bot's chat, and its three steps work"(browser) {
    const page = await open(browser, address);
    expect(await page.locator(".start li").count(), 3, "three steps");
    expect(await page.locator(".chats b").allTextContents().then((names) => names.slice(0, 3)), ["Admin Anna", "Publisher Boris", "Editor Dora"].map((name) => `Bot · ${name}`), "the operators");
    await accessible(page, "the first steps");
    await picture(page, "demo-start");
    const typed = await page.locator(".start code").allTextContents();
    await say(page, typed[0]);
    await shows(page, "The library is open on Sundays");
    await button(page, "Publish").click();
    await shows(page, "t.me/lindholm_city/");
    const link = page.locator('.message a[href*="t.me/lindholm_city/"]').last();
    const number = (await link.getAttribute("href")).split("/").at(-1);
    await link.click();
    await page.waitForURL(/chat=/);
    holds((await page.locator(`#m${number}`).textContent()).includes("The library is open on Sundays"), "the link leads to the message in the sandbox");
    const direct = await open(browser, `${address}/lindholm_city/${number}`);
    holds(direct.url().endsWith(`/?chat=@lindholm_city#m${number}`), `the printed address leads there too: ${direct.url()}`);
    const chat = await open(browser, address);
    const file = typed[1];
    writeFileSync(file, readFileSync(file, "utf8").replace("The library is", "The city library is"));
    await button(chat, "sunday-opening").waitFor({ timeout: 20_000 });
    await button(chat, "sunday-opening").click();
    await button(chat, "Edit the message").click({ timeout: 20_000 });
    await shows(chat, "Changes in");
    await button(chat, "Edit the message").click();
    await page.locator(`#m${number}`).filter({ hasText: "The city library is" }).waitFor();
    await say(chat, typed[2]);
    await shows(chat, "is scheduled in lindholm-city");
    await chat.click("[data-forward='3600']");
    await page.locator(".bubble").filter({ hasText: "Winter hours of the public baths" }).waitFor({ timeout: 20_000 });
    expect([page.problems, direct.problems, chat.problems], [[], [], []], "problems in the pages");
  },
});
