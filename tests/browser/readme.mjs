// The picture of the README: the file of a post beside its preview. Arguments: ADDRESS ROOT PICTURES.
import { readFileSync } from "node:fs";
import path from "node:path";
import { address, open, picture, root, scenes } from "./browser.mjs";

await scenes({
  async "a file and its preview"(browser) {
    const page = await open(browser, `${address}?post=lindholm/water-main`, { viewport: { width: 1180, height: 860 }, deviceScaleFactor: 1.5 });
    const text = readFileSync(path.join(root, "posts/lindholm/water-main.toml"), "utf8").trim();
    await page.evaluate((text) => {
      const bubble = document.querySelector(".chat").cloneNode(true);
      const source = document.createElement("pre");
      // Comments are grey, keys and tables are bold.
      for (const line of text.split("\n")) {
        const [, head, rest] = line.match(/^(\[\[?[^\]]*\]\]?|[a-z_]+(?= =)|)(.*)$/s);
        const note = rest.match(/^(.*?)((?:^|\s)# .*|)$/s);
        const part = (name, text) => { const node = document.createElement(name); node.textContent = text; source.append(node); return node; };
        part("b", head);
        part("span", note[1]);
        part("span", note[2]).style.color = "var(--soft)";
        source.append("\n");
      }
      Object.assign(source.style, { margin: 0, padding: "1rem", whiteSpace: "pre-wrap", fontSize: "12.5px", lineHeight: 1.5, background: "var(--card)", borderRight: "1px solid var(--line)" });
      Object.assign(bubble.style, { maxHeight: "none" });
      const both = document.createElement("div");
      Object.assign(both.style, { display: "grid", gridTemplateColumns: "34rem 1fr", background: "var(--chat)", borderRadius: "12px", overflow: "hidden", border: "1px solid var(--line)" });
      both.append(source, bubble);
      both.id = "both";
      document.querySelector("#main").replaceChildren(both);
    }, text);
    await page.evaluate(() => { document.querySelector(".bar").style.display = "none"; scrollTo(0, 0); });
    const { x, y, width, height } = await page.locator("#both").boundingBox();
    await page.setViewportSize({ width: 1180, height: Math.ceil(y + height) + 20 });
    await picture(page, "readme", { clip: { x, y, width, height } });
  },
});
