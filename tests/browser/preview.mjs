// `telepress preview` as an author uses it. Arguments: ADDRESS ROOT PICTURES.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { accessible, address, expect, holds, open, picture, root, scenes } from "./browser.mjs";

const file = (id) => path.join(root, "posts", `${id}.toml`);
const post = (id) => `${address}?post=${id}`;
const change = (id, from, to) => writeFileSync(file(id), readFileSync(file(id), "utf8").replace(from, to));
const shows = (page, text) => page.waitForFunction((text) => document.querySelector("#main").textContent.includes(text), text, { timeout: 10_000 });
const noProblems = (page, what) => expect(page.problems, [], `${what}: problems in the page`);

await scenes({
  async "a save updates the page without a reload and keeps its state"(browser) {
    const page = await open(browser, post("summit"));
    await page.evaluate(() => { globalThis.mark = 1; });
    await page.locator(".spoiler").focus();
    await page.keyboard.press("Space");
    expect(await page.locator(".spoiler").getAttribute("aria-expanded"), "true", "the keyboard opens the spoiler, and `aria-expanded` follows");
    await page.locator(".edition summary").first().click();
    const chat = page.locator(".chat").first();
    await chat.evaluate((chat) => { chat.scrollTop = 40; });
    await page.waitForTimeout(100);
    const scroll = await chat.evaluate((chat) => chat.scrollTop);
    change("summit", "Talks went on", "Talks ended late");
    await shows(page, "Talks ended late");
    expect(await page.evaluate(() => globalThis.mark), 1, "the page was not reloaded");
    expect(await page.locator(".spoiler.open").count(), 1, "the open spoiler stays open");
    expect(await page.locator(".edition details[open]").count(), 1, "the closed details stay closed");
    expect(await chat.evaluate((chat) => chat.scrollTop), scroll, "the scroll position");
    // Many editors save under another name and rename the file.
    writeFileSync(`${file("summit")}.new`, readFileSync(file("summit"), "utf8").replace("ended late", "ended early"));
    renameSync(`${file("summit")}.new`, file("summit"));
    await shows(page, "Talks ended early");
    noProblems(page, "summit");
  },

  async "a quotation that fits does not fold"(browser) {
    writeFileSync(file("folds"), 'channels = ["north"]\nbody = """\nText\n\n>! one line\n\nText\n\n>! a\n>! b\n>! c\n>! d\n>! e\n>! f\n"""\n');
    const page = await open(browser, address);
    await shows(page, "folds");
    await page.goto(post("folds"));
    await page.waitForFunction(() => document.querySelector(".live").textContent === "live");
    const folds = page.locator(".fold");
    expect(await folds.count(), 2, "two quotations");
    const arrow = (at) => folds.nth(at).evaluate((fold) => getComputedStyle(fold, "::after").display !== "none");
    expect([await arrow(0), await arrow(1)], [false, true], "only a quotation that folds has an arrow");
    expect(await folds.first().getAttribute("role"), null, "a quotation that does not fold is not a button");
    rmSync(file("folds"));
    noProblems(page, "folds");
  },

  async "spoilers open, quotations unfold, code is copied, links have addresses"(browser) {
    const page = await open(browser, post("summit"));
    const hidden = () => page.locator(".spoiler").evaluate((spoiler) => getComputedStyle(spoiler).color);
    expect(await hidden(), "rgba(0, 0, 0, 0)", "a spoiler is hidden");
    await page.click(".spoiler");
    await page.waitForFunction(() => getComputedStyle(document.querySelector(".spoiler")).color !== "rgba(0, 0, 0, 0)");
    const fold = page.locator(".fold").first();
    const before = (await fold.boundingBox()).height;
    await fold.click();
    holds((await fold.boundingBox()).height > before, "a folded quotation unfolds");
    await page.click(".text code");
    expect(await page.evaluate(() => navigator.clipboard.readText()), "make test", "code is copied");
    expect(await page.locator(".text a[data-kind=text_link]").first().getAttribute("href"), "https://example.org/full", "a link");
    expect(await page.locator(".text [data-kind=hashtag]").first().textContent(), "#Summit", "a hashtag is detected");
    expect(await page.locator(".card .host").first().textContent(), "example.org", "the link's card");
    expect(await page.locator(".notification").count(), 2, "one notification for each edition");
    holds((await page.locator("meter[aria-label=characters]").first().getAttribute("value")) > 100, "the length meter");
    noProblems(page, "summit");
  },

  async "editions are side by side, scroll together, and show differences"(browser) {
    const page = await open(browser, post("summit"), { viewport: { width: 1280, height: 520 } });
    const boxes = await page.locator(".edition").evaluateAll((editions) => editions.map((edition) => edition.getBoundingClientRect().top));
    expect(boxes.length, 2, "two editions");
    expect(boxes[0], boxes[1], "side by side");
    const chats = page.locator(".chat");
    await chats.nth(0).evaluate((chat) => { chat.scrollTop = chat.scrollHeight; });
    await page.waitForTimeout(200);
    const left = await chats.nth(1).evaluate((chat) => chat.scrollHeight - chat.clientHeight - chat.scrollTop);
    holds(left < 3, `the other edition scrolls along (${left} px left)`);
    expect(await page.locator(".differs").count(), 0, "no difference yet");
    change("summit", "- Первый\n", "");
    await page.waitForSelector(".differs");
    holds((await page.locator(".differs").textContent()).includes("bullets"), "the difference is named");
    change("summit", "- Второй\n", "- Первый\n- Второй\n");
    await page.waitForSelector(".differs", { state: "detached" });
  },

  async "a broken file shows its errors above the last good version, until it is fixed"(browser) {
    const page = await open(browser, post("summit"));
    const good = readFileSync(file("summit"), "utf8");
    writeFileSync(file("summit"), good.replace("[editions.en]", "[editions.en"));
    await page.waitForSelector(".report.broken");
    holds((await page.locator(".report pre").textContent()).includes("summit.toml:"), "the excerpt names its file");
    holds((await page.locator(".edition").count()) === 2, "the last good version is below");
    writeFileSync(file("summit"), good);
    await page.waitForSelector(".report.broken", { state: "detached" });
    // The file is truncated and written a moment later; the page must not show the empty file.
    let seen = 0;
    await page.exposeFunction("sawBroken", () => { seen += 1; });
    await page.evaluate(() => new MutationObserver(() => { if (document.querySelector(".report.broken")) globalThis.sawBroken(); }).observe(document.querySelector("#main"), { childList: true, subtree: true }));
    writeFileSync(file("summit"), "");
    await page.waitForTimeout(15);
    writeFileSync(file("summit"), good.replace("Talks ended early", "Talks went on"));
    await shows(page, "Talks went on");
    expect(seen, 0, "a half-written file is not shown");
  },

  async "the newsroom: the week, the search, the keys"(browser) {
    const page = await open(browser, address);
    const posts = () => page.locator("#posts .post:visible").count();
    const all = await posts();
    holds(all >= 4, "all posts");
    expect(await page.locator(".week .day").count(), 7, "seven days");
    holds((await page.locator(".week").textContent()).includes("tomorrow"), "a scheduled post is in the week");
    await page.keyboard.press("/");
    await page.keyboard.type("summit");
    expect(await posts(), 1, "the search");
    await page.locator("#find").fill("north unpublished");
    holds(await posts() > 0 && await posts() < all, "the search finds channels and states too");
    await page.locator("#find").fill("nothing at all");
    expect([await posts(), await page.locator("#none").isVisible()], [0, true], "no result, and a note about it");
    await page.locator("#find").press("Control+a");
    await page.keyboard.type("summit");
    await accessible(page, "the search");
    await page.keyboard.press("Escape");
    expect(await posts(), all, "Escape ends the search");
    for (const key of ["j", "j", "k"]) await page.keyboard.press(key);
    const first = await page.locator("#posts .post a b").first().textContent();
    expect(await page.evaluate(() => document.activeElement.querySelector("b").textContent), first, "j and k");
    await page.keyboard.press("Enter");
    await page.waitForURL(/post=/);
    const next = await page.locator(".neighbours a[rel=next]").getAttribute("href");
    await page.keyboard.press("n");
    await page.waitForURL((url) => url.search === next);
    await page.keyboard.press("p");
    await page.waitForURL((url) => url.search !== next);
    await page.goto(address);
    writeFileSync(file("new-one"), 'heading = "Just written"\nchannels = ["north"]\n');
    await shows(page, "Just written");
    rmSync(file("new-one"));
    await page.waitForFunction(() => !document.querySelector("#main").textContent.includes("Just written"));
    noProblems(page, "newsroom");
  },

  async "a long list keeps its order, search and keyboard focus"(browser) {
    const page = await open(browser, address);
    const many = Array.from({ length: 120 }, (_, number) => `zz-${String(number).padStart(3, "0")}`);
    const ids = () => page.evaluate(() => [...document.querySelectorAll("#posts .post")].map((line) => line.dataset.key));
    const before = await ids();
    for (const id of many) writeFileSync(file(id), `heading = "Many"\nchannels = ["north"]\n`);
    const comes = (count) => page.waitForFunction((count) => document.querySelectorAll("#posts .post").length === count, count, { timeout: 10_000 });
    await comes(before.length + many.length);
    expect(await ids(), [...before, ...many], "new posts are sorted in");
    await page.locator("#find").fill("zz-07");
    await page.locator('[data-key="zz-071"] a').focus();
    change("zz-077", "Many", "Changed");
    await shows(page, "Changed");
    writeFileSync(file("zz-079"), "headin = 1\n");
    await page.waitForFunction(() => document.querySelector(".post").textContent.includes("zz-079") || document.querySelectorAll(".post")[1].textContent.includes("zz-079"), null, { timeout: 10_000 });
    expect(await page.evaluate(() => document.activeElement.closest(".post").dataset.key), "zz-071", "the focus stays");
    expect(await page.locator("#posts .post:visible").count(), 10, "the search stays");
    await page.locator("#find").fill("");
    writeFileSync(file("zz-079"), `heading = "Many"\nchannels = ["north"]\n`);
    await page.waitForFunction((last) => [...document.querySelectorAll(".post")].map((line) => line.dataset.key).join(" ").endsWith(last), "zz-078 zz-079 zz-080 " + many.slice(81).join(" "), { timeout: 10_000 });
    expect(await ids(), [...before, ...many], "a fixed post moves back to its place");
    const config = path.join(root, "config/telepress.toml");
    const good = readFileSync(config, "utf8");
    writeFileSync(config, good + "\nno such line\n");
    await shows(page, "The config has errors");
    expect(await ids(), [...before, ...many], "a broken config hides no post");
    writeFileSync(config, good);
    await page.waitForFunction(() => !document.querySelector("#main").textContent.includes("The config has errors"), null, { timeout: 10_000 });
    expect(await ids(), [...before, ...many], "a fixed config shows all posts");
    for (const id of many) rmSync(file(id));
    await comes(before.length);
    expect(await ids(), before, "removed posts are gone and the others stay");
    noProblems(page, "a long list");
  },

  async "dark, light, wide, narrow, large"(browser) {
    const page = await open(browser, post("summit"));
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await page.keyboard.press("d");
    holds((await paper()) !== light, "the key d switches to dark");
    const label = (name) => page.locator(`[data-does=${name}]`).textContent();
    expect([await label("dark"), await label("width")], ["Light", "Phone"], "the labels say what the buttons will do");
    await accessible(page, "dark");
    await page.reload();
    holds((await paper()) !== light, "it stays dark");
    const size = () => page.locator(".bubble").first().evaluate((bubble) => getComputedStyle(bubble).fontSize);
    await page.click("[data-does=larger]");
    expect(await size(), "18px", "larger text");
    await page.click("[data-does=width]");
    holds((await page.locator(".edition").first().boundingBox()).width <= 390, "as wide as a phone");
    expect(await label("width"), "Desktop", "the button leads back");
    const night = await open(browser, post("summit"), { colorScheme: "dark" });
    holds((await night.evaluate(() => getComputedStyle(document.body).backgroundColor)) !== light, "the system's dark mode");
    const narrow = await open(browser, post("summit"), { viewport: { width: 360, height: 740 } });
    holds(await narrow.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the post fits a phone");
    const room = await open(browser, address, { viewport: { width: 360, height: 740 } });
    holds(await room.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the newsroom fits a phone");
    await picture(room, "newsroom-phone");
  },

  async "markup in a post is shown as text and does not run"(browser) {
    const page = await open(browser, post("hostile"));
    const text = await page.locator(".text").first().textContent();
    holds(text.includes("<script>globalThis.pwned = 1</script>"), "markup shows as text");
    expect(await page.evaluate(() => globalThis.pwned), undefined, "nothing ran");
    expect(await page.locator(".text script, .text img, .text [onclick]").count(), 0, "it creates no elements");
    change("hostile", "shown as it is", "shown as it was");
    await shows(page, "shown as it was");
    expect(await page.evaluate(() => globalThis.pwned), undefined, "nothing ran after an update");
    holds(await page.locator(".text").first().evaluate((text) => text.dir !== "rtl"), "direction is the text's own");
    noProblems(page, "hostile");
  },

  async "buttons are below the message, open pages and copy texts"(browser) {
    for (const [name, options] of [["buttons", {}], ["buttons-dark", { colorScheme: "dark" }], ["buttons-phone", { viewport: { width: 360, height: 740 } }]]) {
      const page = await open(browser, post("festival"), options);
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      const [bubble, keyboard] = [await page.locator(".bubble").boundingBox(), await page.locator(".keyboard").boundingBox()];
      holds(Math.abs(bubble.width - keyboard.width) < 1 && keyboard.y >= bubble.y + bubble.height, "as wide as the message, and below it");
      const rows = await page.locator(".keyboard > div").evaluateAll((rows) => rows.map((row) => row.children.length));
      expect(rows, [2, 1, 1], "the rows");
      expect(await page.locator(".keyboard a").getAttribute("href"), "https://example.org/register?a=1", "the address");
      expect(await page.locator(".keyboard span.button").count(), 1, "an address of another scheme opens nothing");
      await page.locator(".keyboard [data-copy]").first().click();
      expect(await page.evaluate(() => navigator.clipboard.readText()), "PROMO-24", "the copied text");
      holds(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it fits");
      await accessible(page, name);
      await picture(page, name);
      noProblems(page, name);
    }
  },

  async "right-to-left text is aligned right"(browser) {
    const page = await open(browser, post("arabic"));
    const [line, box] = await page.locator(".text").first().evaluate((text) => {
      const range = document.createRange();
      range.selectNodeContents(text);
      return [range.getClientRects()[0].right, text.getBoundingClientRect().right];
    });
    holds(box - line < 4, "the text begins at the right edge");
  },

  async "the page is readable without JavaScript"(browser) {
    const page = await open(browser, post("summit"), { javaScriptEnabled: false });
    holds((await page.locator(".bubble").count()) >= 2, "the messages are there");
    expect(await page.locator(".bar nav").isVisible(), false, "the buttons, which need JavaScript, are hidden");
    await page.locator(".spoiler").focus();
    const colour = () => page.locator(".spoiler").evaluate((spoiler) => getComputedStyle(spoiler).color);
    // The text fades in.
    for (let tries = 0; tries < 40 && (await colour()) === "rgba(0, 0, 0, 0)"; tries += 1) await page.waitForTimeout(25);
    holds((await colour()) !== "rgba(0, 0, 0, 0)", "a spoiler opens for the keyboard");
  },

  async "all pages are accessible"(browser) {
    for (const url of [address, post("summit"), post("hostile"), post("broken")]) {
      const page = await open(browser, url);
      await accessible(page, url.replace(address, "/"));
      const still = await open(browser, url, { reducedMotion: "reduce" });
      holds(await still.evaluate(() => document.getAnimations().length === 0), "no animation with reduced motion");
    }
  },
});
