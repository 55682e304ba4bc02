// Reads texts and their styles back from rendered HTML, and compares them with the entities that are sent. Arguments: CASES ROOT
// PICTURES. CASES is a file with the style sheet, and with the HTML, the text and the entities of each case.
import { readFileSync } from "node:fs";
import { address as source, expect, launch } from "./browser.mjs";

const { style, cases } = JSON.parse(readFileSync(source, "utf8"));
const browser = await launch();
const page = await browser.newPage();
await page.setContent(`<!DOCTYPE html><style>${style}</style><main></main>`);

/** Runs in the page: the text, and the visible styles of each of its UTF-16 units. */
const read = (html) => {
  const text = document.createElement("div");
  text.className = "text";
  text.append(...new DOMParser().parseFromString(`<div>${html}</div>`, "text/html").body.firstChild.childNodes);
  document.querySelector("main").replaceChildren(text);
  for (const hidden of text.querySelectorAll(".spoiler, .fold")) hidden.classList.add("open");
  const units = [];
  let string = "";
  const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const kinds = new Set();
    const own = getComputedStyle(node.parentElement);
    for (let at = node.parentElement; at !== text; at = at.parentElement) {
      const look = getComputedStyle(at);
      if (look.textDecorationLine.includes("underline") && at.localName !== "a" && at.localName !== "abbr") kinds.add("underline");
      if (look.textDecorationLine.includes("line-through")) kinds.add("strikethrough");
      if (at.classList.contains("spoiler")) kinds.add("spoiler");
      if (at.classList.contains("emoji")) kinds.add("custom_emoji");
      if (at.localName === "blockquote") kinds.add(at.classList.contains("fold") ? "expandable_blockquote" : "blockquote");
      if (at.localName === "pre") kinds.add("pre " + (at.dataset.language || ""));
      if (at.localName === "code") kinds.add("code");
      if (at.localName === "time") kinds.add("date_time");
      if (at.dataset.kind) kinds.add(at.dataset.kind + (at.dataset.kind === "text_link" && at.href ? " " + at.getAttribute("href") : ""));
    }
    if (Number(own.fontWeight) >= 600) kinds.add("bold");
    if (own.fontStyle === "italic") kinds.add("italic");
    const styles = [...kinds].sort().join(" + ");
    for (let unit = 0; unit < node.data.length; unit += 1) units.push(styles);
    string += node.data;
  }
  return { string, units };
};

const wanted = (text, entities) => {
  const units = Array.from({ length: text.length }, () => new Set());
  for (const entity of entities) {
    let kind = entity.type;
    if (kind === "pre") kind += " " + (entity.language || "");
    if (kind === "text_link" && /^https?:/.test(entity.url)) kind += " " + entity.url;
    for (let at = entity.offset; at < entity.offset + entity.length; at += 1) units[at].add(kind);
  }
  return units.map((kinds) => [...kinds].sort().join(" + "));
};

let compared = 0;
for (const { html, text, entities } of cases) {
  const found = await page.evaluate(read, html);
  const what = JSON.stringify({ html, text, entities }).slice(0, 600);
  expect(found.string, text, `the text of ${what}`);
  expect(found.units, wanted(text, entities), `the styles of ${what}`);
  compared += 1;
}
console.log(`ok ${compared} texts read back`);
await browser.close();
