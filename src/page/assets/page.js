"use strict";
// All content is visible without this script. It updates the page, and handles the keys and the toolbar.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const kept = {
    get(name) { try { return localStorage.getItem("telepress-" + name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem("telepress-" + name, value); } catch { /* without storage, the choice lasts until the page is left */ } },
  };

  // Applies the reader's display options.
  const apply = () => {
    const theme = kept.get("theme");
    if (theme) root.dataset.theme = theme;
    root.dataset.width = kept.get("width") || "desktop";
    root.style.setProperty("--size", (Number(kept.get("size")) || 16) + "px");
    // A label says what its button will do.
    const label = (name, text) => { const button = document.querySelector(`[data-does=${name}]`); if (button) button.textContent = text; };
    label("dark", isDark() ? "Light" : "Dark");
    label("width", root.dataset.width === "phone" ? "Desktop" : "Phone");
  };
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const grow = (by) => kept.set("size", Math.min(28, Math.max(12, (Number(kept.get("size")) || 16) + by)));
  const does = {
    dark() { kept.set("theme", isDark() ? "light" : "dark"); },
    width() { kept.set("width", root.dataset.width === "phone" ? "desktop" : "phone"); },
    smaller() { grow(-2); },
    larger() { grow(2); },
  };
  apply();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);

  addEventListener("load", () => { root.dataset.height = root.scrollHeight; });

  const say = (text) => { const live = document.querySelector(".live"); if (live) live.textContent = text; };
  // Marks spoilers and foldable quotations as buttons, with their state.
  const controls = () => {
    // A quotation that fits has nothing to unfold.
    for (const one of document.querySelectorAll(".fold:not(.open)")) one.classList.toggle("whole", one.scrollHeight <= one.clientHeight + 1);
    for (const one of document.querySelectorAll(".spoiler, .fold")) {
      if (one.classList.contains("whole")) { one.removeAttribute("role"); one.removeAttribute("aria-expanded"); continue; }
      if (!one.querySelector("a, [tabindex]")) one.setAttribute("role", "button");
      if (one.hasAttribute("role")) one.setAttribute("aria-expanded", String(one.classList.contains("open")));
    }
  };
  controls();
  addEventListener("resize", controls);
  // Plays animations, unless the reader prefers no motion: then they have controls.
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const animate = () => {
    for (const video of document.querySelectorAll("video.animation")) {
      video.controls = still.matches;
      if (still.matches) video.pause();
      // A browser may refuse to play a video in a hidden tab.
      else if (video.paused) video.play().catch(() => { video.controls = true; });
    }
  };
  animate();
  still.addEventListener("change", animate);
  // A file may change or vanish after the page was drawn.
  const mark = (isLost) => (event) => event.target.closest?.(".item")?.classList.toggle("lost", isLost);
  document.addEventListener("error", mark(true), true);
  for (const name of ["load", "loadedmetadata"]) document.addEventListener(name, mark(false), true);
  for (const image of document.querySelectorAll(".item img")) if (image.complete && !image.naturalWidth) image.closest(".item").classList.add("lost");
  const touch = async (target) => {
    const hidden = target.closest(".spoiler, .fold");
    if (hidden && !hidden.classList.contains("whole") && !target.closest("a")) { hidden.classList.toggle("open"); controls(); }
    const copied = target.closest("[data-copy]")?.dataset.copy ?? target.closest(".text code")?.textContent;
    if (copied === undefined) return;
    try { await navigator.clipboard.writeText(copied); say("copied"); } catch { say("not copied"); }
  };
  document.addEventListener("click", (event) => {
    const cover = event.target.closest(".veil, .play");
    if (cover) { cover.parentElement.classList.add("open"); return; }
    const button = event.target.closest("[data-does]");
    if (button && does[button.dataset.does]) { does[button.dataset.does](); apply(); controls(); return; }
    touch(event.target);
  });

  // Keys: j next, k previous, / search, d dark, n next post, p previous post.
  const step = (by) => {
    const list = document.querySelector("#posts");
    const places = [...document.querySelectorAll(list ? "#posts .post:not([hidden]) a" : ".bubble")];
    if (!places.length) return;
    const now = places.findIndex((place) => place === document.activeElement);
    const next = places[Math.min(places.length - 1, Math.max(0, now < 0 ? (by > 0 ? 0 : places.length - 1) : now + by))];
    if (!list) next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // On a non-Latin keyboard layout, the physical key counts.
    const places = { KeyJ: "j", KeyK: "k", KeyD: "d", KeyN: "n", KeyP: "p", Slash: "/" };
    const key = /^[\x20-\x7e]$/.test(event.key) && event.key !== "." ? event.key : places[event.code];
    if (typing) {
      if (event.key !== "Escape") return;
      if (typing.id === "find") { typing.value = ""; search(); }
      typing.blur();
      return;
    }
    if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "n" || key === "p") document.querySelector(`.neighbours a[rel=${key === "n" ? "next" : "prev"}]`)?.click();
    else if (key === "d") { does.dark(); apply(); }
    else if (key === "/") { const find = document.querySelector("#find"); if (find) { find.focus(); event.preventDefault(); } }
    else if ((event.key === "Enter" || event.key === " ") && event.target.matches(".spoiler, .fold, .text code")) {
      event.preventDefault();
      touch(event.target);
    }
  });

  let searched = false;
  const search = () => {
    const find = document.querySelector("#find");
    const words = (find ? find.value : "").toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length && !searched) return;
    searched = words.length > 0;
    const list = document.querySelector("#posts");
    if (list) list.classList.toggle("searched", searched);
    for (const line of document.querySelectorAll("#posts .post")) {
      const text = line.textContent.toLowerCase();
      line.hidden = !words.every((word) => text.includes(word));
    }
    const none = document.querySelector("#none");
    if (none) none.hidden = !searched || document.querySelector("#posts .post:not([hidden])") !== null;
  };
  document.addEventListener("input", (event) => { if (event.target.id === "find") search(); });

  // Editions side by side scroll together.
  let leader = null;
  document.addEventListener("scroll", (event) => {
    const chat = event.target;
    if (!(chat instanceof Element) || !chat.matches(".editions .chat") || (leader && leader !== chat)) return;
    leader = chat;
    const part = chat.scrollTop / Math.max(1, chat.scrollHeight - chat.clientHeight);
    for (const other of document.querySelectorAll(".editions .chat")) {
      if (other !== chat) other.scrollTop = part * (other.scrollHeight - other.clientHeight);
    }
    requestAnimationFrame(() => { leader = null; });
  }, true);

  // Patches a tree: nodes that have not changed stay, so that nothing else moves.
  const attributes = (old, now) => {
    // Another file takes the place of this one: what the reader opened, and what was lost, was the old one.
    const isSame = old.dataset.file === now.dataset.file;
    const kept = ["open", "lost"].filter((state) => isSame && old.classList.contains(state));
    // Keeps the reader's state: open, folded, filtered, focused.
    const isReaders = (name) => ["hidden", "tabindex", "role", "aria-expanded"].includes(name) && !now.hasAttribute(name) || (name === "open" && old.localName === "details");
    for (const name of new Set([...old.getAttributeNames(), ...now.getAttributeNames()])) {
      if (isReaders(name)) continue;
      const value = now.getAttribute(name);
      if (value === null) old.removeAttribute(name);
      else if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    old.classList.add(...kept);
  };
  // A node is identified by its key, or else by its element name, and by its number among those with the same name.
  const named = (nodes) => {
    const seen = new Map();
    return new Map([...nodes].map((node) => {
      const name = node.dataset?.key ?? `<${node.nodeName}`;
      seen.set(name, (seen.get(name) ?? 0) + 1);
      return [`${name} ${seen.get(name)}`, node];
    }));
  };
  // Puts a placeholder where a row of the list has not changed: to parse a thousand rows takes longer than to draw one.
  let rows = new Map();
  const withoutUnchanged = (html) => {
    const before = rows;
    rows = new Map();
    // No row contains another `div`.
    return html.replace(/<div [^>]*role="listitem" data-key="([^"]*)">.*?<\/div>/gs, (row, key) => {
      if (rows.has(key)) return row;
      rows.set(key, row);
      return row === before.get(key) ? `<div data-key="${key}" data-unchanged></div>` : row;
    });
  };
  const patch = (old, now) => {
    if (now.dataset?.unchanged !== undefined || old.isEqualNode(now)) return;
    if (!(old instanceof Element)) { old.nodeValue = now.nodeValue; return; }
    attributes(old, now);
    const [known, wanted] = [named(old.childNodes), named(now.childNodes)];
    for (const [name, node] of known) if (!wanted.has(name)) node.remove();
    let at = old.firstChild;
    for (const [name, node] of wanted) {
      const same = known.get(name);
      // If one node moved down, only that node is moved, not all those before it.
      if (same && same === at?.nextSibling) at = same;
      if (same !== at) old.insertBefore(same ?? document.adoptNode(node), at);
      else at = at.nextSibling;
      if (same) patch(same, node);
    }
  };
  const show = (html) => {
    const main = document.querySelector("#main");
    const focused = document.activeElement;
    const now = new DOMParser().parseFromString(withoutUnchanged(html), "text/html").body;
    now.id = main.id;
    patch(main, now);
    if (focused.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
    search();
    controls();
    animate();
    root.dataset.changes = Number(root.dataset.changes || 0) + 1;
  };

  if (root.dataset.listen) {
    let wait = 250;
    // A hidden tab is updated when it becomes visible.
    let latest = null;
    const update = () => { if (latest !== null && !document.hidden) { const html = latest; latest = null; show(html); } };
    document.addEventListener("visibilitychange", update);
    const listen = () => {
      const address = new URL(root.dataset.listen, location.href);
      address.protocol = "ws:";
      const socket = new WebSocket(address);
      socket.onopen = () => { wait = 250; say("live"); };
      socket.onmessage = (event) => { latest = event.data; update(); };
      socket.onclose = (event) => { say(event.reason || "not connected"); setTimeout(listen, wait); wait = Math.min(4000, wait * 2); };
    };
    listen();
  }
})();
