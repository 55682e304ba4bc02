"use strict";
// The buttons of the sandbox: each is one request to an address that everybody may use.
(() => {
  const send = async (method, path, body) => {
    const answer = await fetch(path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) say(told.error || "the sandbox refuses");
    return told;
  };
  let clear;
  const say = (text) => {
    const live = document.querySelector(".live");
    live.textContent = text;
    clearTimeout(clear);
    clear = setTimeout(() => { live.textContent = "live"; }, 6000);
  };
  const press = async (button) => {
    const { press: number, message, person } = button.dataset;
    const told = await send("POST", `/sandbox/people/${person}/press`, { message_id: Number(message), button: Number(number) });
    if (told.opens) { say("opens " + told.opens); return; }
    if (!told.callback_query_id) return;
    for (let tries = 0; tries < 100; tries += 1) {
      const { answer } = await send("GET", `/sandbox/presses/${told.callback_query_id}`);
      if (answer !== null && answer !== undefined) { if (answer) say(answer); return; }
      await new Promise((wake) => setTimeout(wake, 60));
    }
    say("the bot does not answer: is telepress serve running?");
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.fault) send("POST", "/sandbox/faults", JSON.parse(button.dataset.fault));
    else if ("heal" in button.dataset) send("DELETE", "/sandbox/faults");
    else if (button.dataset.forward) send("POST", "/sandbox/clock", { forward_seconds: Number(button.dataset.forward) });
    else if (button.dataset.press) press(button);
  });
  document.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = event.target.elements.text;
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    await send("POST", `/sandbox/people/${event.target.dataset.person}/messages`, { text });
  });
  // The newest message is in sight, unless somebody reads further up.
  const chat = () => document.querySelector(".room .chat");
  let atEnd = true;
  document.addEventListener("scroll", (event) => {
    if (event.target === chat()) atEnd = chat().scrollHeight - chat().scrollTop - chat().clientHeight < 60;
  }, true);
  const down = () => { const room = chat(); if (room && atEnd) room.scrollTop = room.scrollHeight; };
  new MutationObserver(down).observe(document.querySelector("#main"), { childList: true, subtree: true, characterData: true });
  down();
})();
