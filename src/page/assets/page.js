"use strict";
// Everything is there without this script: it follows the files, and makes the keys and the bar work.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const kept = {
    get(name) { try { return localStorage.getItem("telepress-" + name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem("telepress-" + name, value); } catch { /* only for this page, then */ } },
  };

  // How it is shown, by the reader's own choice.
  const apply = () => {
    const theme = kept.get("theme");
    if (theme) root.dataset.theme = theme;
    root.dataset.width = kept.get("width") || "desktop";
    root.style.setProperty("--size", (Number(kept.get("size")) || 16) + "px");
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

  addEventListener("load", () => { root.dataset.height = root.scrollHeight; });

  const say = (text) => { const live = document.querySelector(".live"); if (live) live.textContent = text; };
  // What opens says so, and whether it is open.
  const controls = () => {
    // A quotation that is all in sight has nothing to unfold.
    for (const one of document.querySelectorAll(".fold:not(.open)")) one.classList.toggle("whole", one.scrollHeight <= one.clientHeight + 1);
    for (const one of document.querySelectorAll(".spoiler, .fold")) {
      if (one.classList.contains("whole")) { one.removeAttribute("role"); one.removeAttribute("aria-expanded"); continue; }
      if (!one.querySelector("a, [tabindex]")) one.setAttribute("role", "button");
      if (one.hasAttribute("role")) one.setAttribute("aria-expanded", String(one.classList.contains("open")));
    }
  };
  controls();
  addEventListener("resize", controls);
  const touch = async (target) => {
    const hidden = target.closest(".spoiler, .fold");
    if (hidden && !hidden.classList.contains("whole") && !target.closest("a")) { hidden.classList.toggle("open"); controls(); }
    const code = target.closest(".text code");
    if (code) {
      try { await navigator.clipboard.writeText(code.textContent); say("copied"); } catch { say("not copied"); }
    }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-does]");
    if (button && does[button.dataset.does]) { does[button.dataset.does](); apply(); controls(); return; }
    touch(event.target);
  });

  // Keys: j and k go on and back, / searches, d is for dark.
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
    // Where the keyboard writes other letters, the key that stands in the place of the Latin one.
    const places = { KeyJ: "j", KeyK: "k", KeyD: "d", Slash: "/" };
    const key = /^[\x20-\x7e]$/.test(event.key) && event.key !== "." ? event.key : places[event.code];
    if (typing) {
      if (event.key !== "Escape") return;
      if (typing.id === "find") { typing.value = ""; search(); }
      typing.blur();
      return;
    }
    if (key === "j") step(1);
    else if (key === "k") step(-1);
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

  // Makes one tree like another, and leaves alone what is alike: nothing moves that did not change.
  const opened = (element) => element instanceof Element && element.classList.contains("open");
  const same = (old, now) => old.nodeType === now.nodeType && old.nodeName === now.nodeName;
  const patch = (old, now) => {
    if (old.isEqualNode(now)) return;
    if (!(old instanceof Element)) { if (old.nodeValue !== now.nodeValue) old.nodeValue = now.nodeValue; return; }
    const wasOpen = opened(old);
    // What a reader did to it stays: opened, folded, searched, gone to.
    const readers = (name) => name === "hidden" || name === "tabindex" || name === "role" || name.startsWith("aria-expanded") || (name === "open" && old.localName === "details");
    for (const name of old.getAttributeNames()) if (!now.hasAttribute(name) && !readers(name)) old.removeAttribute(name);
    for (const name of now.getAttributeNames()) {
      const kept = name === "open" && old.localName === "details";
      if (!kept && old.getAttribute(name) !== now.getAttribute(name)) old.setAttribute(name, now.getAttribute(name));
    }
    if (wasOpen) old.classList.add("open");
    // The items of a list come by themselves.
    if (!("items" in old.dataset)) children(old, now);
  };
  const key = (node) => node.dataset.key;
  // What has no key is known by its name, and by how many of that name come before it.
  const named = (nodes) => {
    const seen = new Map();
    return [...nodes].map((one) => {
      const name = key(one) ?? `<${one.localName}`;
      seen.set(name, (seen.get(name) ?? -1) + 1);
      return [`${name} ${seen.get(name)}`, one];
    });
  };
  const children = (old, now) => {
    if ([...now.children].some(key)) { keyed(old, now); return; }
    const before = [...old.childNodes];
    const after = [...now.childNodes];
    let start = 0;
    while (start < before.length && start < after.length && before[start].isEqualNode(after[start])) start += 1;
    let ends = 0;
    while (ends < before.length - start && ends < after.length - start && before[before.length - 1 - ends].isEqualNode(after[after.length - 1 - ends])) ends += 1;
    const goes = before.slice(start, before.length - ends);
    const comes = after.slice(start, after.length - ends);
    const behind = before[before.length - ends] || null;
    const pairs = Math.min(goes.length, comes.length);
    for (let at = 0; at < pairs; at += 1) {
      if (same(goes[at], comes[at])) patch(goes[at], comes[at]);
      else old.replaceChild(document.adoptNode(comes[at]), goes[at]);
    }
    for (const one of goes.slice(pairs)) one.remove();
    for (const one of comes.slice(pairs)) old.insertBefore(document.adoptNode(one), behind);
  };
  // The items of a list are the same ones wherever they stand in it. A parent of such holds elements only.
  const keyed = (old, now) => {
    const known = new Map(named(old.children));
    const wanted = named(now.children);
    // What is not wanted goes first, so that nothing behind it has to move.
    const names = new Set(wanted.map(([name]) => name));
    for (const [name, one] of known) if (!names.has(name)) one.remove();
    let at = old.firstChild;
    for (const [name, one] of wanted) {
      const same = known.get(name);
      if (!same) { old.insertBefore(document.adoptNode(one), at); continue; }
      known.delete(name);
      if (same === at) at = at.nextSibling;
      else old.insertBefore(same, at);
      patch(same, one);
    }
    while (at) { const next = at.nextSibling; at.remove(); at = next; }
  };
  // The items of a list in their order, so many of them in each chunk; what is in its place already is not touched.
  const arrange = (list, known, order) => {
    const size = Number(list.dataset.items);
    let chunk = list.firstElementChild;
    for (let from = 0; from < order.length; from += size) {
      if (!chunk) {
        chunk = list.appendChild(document.createElement("div"));
        chunk.className = "chunk";
        chunk.setAttribute("role", "none");
      }
      let at = chunk.firstElementChild;
      for (const name of order.slice(from, from + size)) {
        const one = known.get(name);
        // What went further down leaves its place, and all behind it stays.
        if (at && at !== one && at.nextElementSibling === one) { at.remove(); at = one; }
        if (one === at) at = at.nextElementSibling;
        else chunk.insertBefore(one, at);
      }
      while (at) { const next = at.nextElementSibling; at.remove(); at = next; }
      chunk = chunk.nextElementSibling;
    }
    while (chunk) { const next = chunk.nextElementSibling; chunk.remove(); chunk = next; }
  };
  const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body;
  // What is said of a page: how all around its list becomes another, the order of the list, and the items that are others now.
  let around = "";
  const take = ({ frame, order, items }) => {
    const main = document.querySelector("#main");
    const focused = document.activeElement;
    if (frame) {
      const [front, goes, comes] = frame;
      around = around.slice(0, front) + comes + around.slice(front + goes);
      children(main, parsed(around));
    }
    const list = main.querySelector("[data-items]");
    if (list) {
      const known = new Map([...list.children].flatMap((chunk) => [...chunk.children]).map((one) => [key(one), one]));
      for (const [name, html] of items) {
        const now = parsed(html).firstElementChild;
        if (known.has(name)) patch(known.get(name), now);
        else known.set(name, document.adoptNode(now));
      }
      if (order) arrange(list, known, order);
    }
    if (focused.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
    search();
    controls();
  };

  if (root.dataset.listen) {
    let wait = 250;
    const listen = () => {
      const address = new URL(root.dataset.listen, location.href);
      address.protocol = "ws:";
      const socket = new WebSocket(address);
      // Whoever is in sight is told first.
      const seen = () => { if (socket.readyState === WebSocket.OPEN) socket.send(document.hidden ? "out of sight" : "in sight"); };
      document.addEventListener("visibilitychange", seen);
      socket.onopen = () => { wait = 250; around = ""; seen(); say("live"); };
      // A page that cannot follow begins anew.
      socket.onmessage = (event) => { try { take(JSON.parse(event.data)); } catch (error) { socket.close(); throw error; } root.dataset.changes = Number(root.dataset.changes || 0) + 1; };
      socket.onclose = () => { document.removeEventListener("visibilitychange", seen); say("not connected"); setTimeout(listen, wait); wait = Math.min(4000, wait * 2); };
    };
    listen();
  }
})();
