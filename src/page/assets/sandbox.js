"use strict";
// The buttons of the sandbox's page: each sends one request to an address of the sandbox.
(() => {
  const send = async (method, path, body) => {
    const answer = await fetch(path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    const result = await answer.json().catch(() => ({}));
    if (!answer.ok) notify(result.error || "the sandbox refused this");
    return result;
  };
  let clear;
  const notify = (text) => {
    const live = document.querySelector(".live");
    live.textContent = text;
    clearTimeout(clear);
    clear = setTimeout(() => { live.textContent = "live"; }, 6000);
  };
  const press = async (button) => {
    const { press: number, message, person } = button.dataset;
    const result = await send("POST", `/sandbox/people/${person}/press`, { message_id: Number(message), button: Number(number) });
    if (result.opens) { notify("opens " + result.opens); return; }
    if (!result.callback_query_id) return;
    for (let tries = 0; tries < 100; tries += 1) {
      const { answer } = await send("GET", `/sandbox/presses/${result.callback_query_id}`);
      if (answer !== null && answer !== undefined) { if (answer) notify(answer); return; }
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    notify("the bot does not answer: is telepress serve running?");
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.fault) send("POST", "/sandbox/faults", JSON.parse(button.dataset.fault));
    else if ("clear" in button.dataset) send("DELETE", "/sandbox/faults");
    else if (button.dataset.forward) send("POST", "/sandbox/clock", { forward_seconds: Number(button.dataset.forward) });
    else if (button.dataset.press) press(button);
    else if (button.dataset.vote) {
      const { vote, message, chat } = button.dataset;
      send("POST", `/sandbox/channels/${chat}/posts/${message}/votes`, { options: [Number(vote)] });
    }
  });
  // A link of Telegram to a chat of the sandbox leads to its page here.
  const ownPage = (link) => {
    const url = new URL(link.href);
    if (url.hostname !== "t.me") return null;
    const names = url.pathname.split("/").filter(Boolean);
    const [chat, rest] = names[0] === "c" ? [`-100${names[1]}`, names.slice(2)] : [names[0], names.slice(1)];
    const isIt = (one) => one.getAttribute("href") === `/?chat=${chat}` || (one.dataset.name || "").toLowerCase() === String(chat).toLowerCase();
    const found = [...document.querySelectorAll(".chats a")].find(isIt);
    return found && found.getAttribute("href") + (rest.length ? `#m${rest.at(-1)}` : "");
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const page = link && ownPage(link);
    if (!page) return;
    event.preventDefault();
    location.assign(page);
  });
  // The text is the caption of the first file.
  const filesForm = (text, files) => {
    const kinds = { image: "photo", video: "video", audio: "audio" };
    const form = new FormData();
    const media = [...files].map((file, number) => {
      form.append(`file${number}`, file);
      const type = kinds[file.type.split("/")[0]] || "document";
      return { type, media: `attach://file${number}`, caption: number === 0 ? text : "" };
    });
    form.append("media", JSON.stringify(media));
    return form;
  };
  document.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = event.target.elements.text;
    const text = field.value.trim();
    const { files } = event.target.elements;
    const { person } = event.target.dataset;
    if (!text && !files.files.length) return;
    field.value = "";
    if (!files.files.length) { await send("POST", `/sandbox/people/${person}/messages`, { text }); return; }
    const form = filesForm(text, files.files);
    files.value = "";
    const answer = await fetch(`/sandbox/people/${person}/media`, { method: "POST", body: form });
    if (!answer.ok) notify((await answer.json().catch(() => ({}))).error || "the sandbox refused this");
  });
  // Scrolls to the newest message, unless the user has scrolled up.
  const chat = () => document.querySelector(".conversation .chat");
  const linked = location.hash && document.getElementById(location.hash.slice(1));
  let atEnd = !linked;
  document.addEventListener("scroll", (event) => {
    if (event.target === chat()) atEnd = chat().scrollHeight - chat().scrollTop - chat().clientHeight < 60;
  }, true);
  const scrollDown = () => { const messages = chat(); if (messages && atEnd) messages.scrollTop = messages.scrollHeight; };
  new MutationObserver(scrollDown).observe(document.querySelector("#main"), { childList: true, subtree: true, characterData: true });
  scrollDown();
  if (linked) linked.scrollIntoView({ block: "center" });
})();
