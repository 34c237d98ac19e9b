/** The script of the pages. It only improves them: everything works without it. */
export const script = `"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const every = (milliseconds, work) => { const timer = setInterval(() => work() === false && clearInterval(timer), milliseconds); };
  let leaving = false;

  const start = (root) => {
    for (const summary of all("[data-summary]", root)) summary.focus();
    for (const link of all(".sections [aria-current]", root)) {
      const list = link.closest("ul");
      list.scrollLeft += link.getBoundingClientRect().left - list.getBoundingClientRect().left - (list.clientWidth - link.clientWidth) / 2;
    }

    // A form that was changed is not left by accident.
    for (const form of all("[data-guarded]", root)) {
      const filled = () => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "once"));
      const first = filled();
      form.isChanged = () => form.isConnected && filled() !== first;
    }

    // Pressing twice sends once.
    for (const form of all("form[method=post]", root)) {
      form.addEventListener("submit", (event) => {
        if (form.isSent) return event.preventDefault();
        form.isSent = true;
        leaving = true;
        const { submitter } = event;
        if (form.matches("[data-guarded]") && !submitter?.hasAttribute("data-reshape")) return save(event, form);
        submitter?.setAttribute("aria-disabled", "true");
      });
    }

    // The form of a country follows the choice.
    for (const select of all("[data-reshapes]", root)) {
      const button = select.form.querySelector("[data-reshape]");
      button.hidden = true;
      // Whoever chooses by keyboard passes many choices: theirs counts when they go on.
      let byKeyboard = false;
      let isChosen = false;
      const reshape = () => isChosen && select.form.requestSubmit(button);
      select.addEventListener("pointerdown", () => { byKeyboard = false; });
      select.addEventListener("keydown", (event) => {
        byKeyboard = true;
        if (event.key === "Enter") reshape();
      });
      select.addEventListener("change", () => {
        isChosen = true;
        if (!byKeyboard) reshape();
      });
      select.addEventListener("blur", reshape);
    }

    // A code takes whatever is pasted, and keeps its digits.
    for (const input of all("[data-code]", root)) {
      input.addEventListener("input", () => {
        const digits = input.value.normalize("NFKC").replace(/\\D/g, "");
        if (digits !== input.value) input.value = digits;
      });
    }

    for (const place of all("[data-countdown]", root)) {
      const until = Date.now() + place.dataset.countdown * 1000;
      const button = place.closest("form").querySelector("[data-resend]");
      const template = place.textContent.replace(place.dataset.countdown, "\\u0000");
      button.hidden = true;
      every(1000, () => {
        const left = Math.ceil((until - Date.now()) / 1000);
        if (left > 0) return void (place.textContent = template.replace("\\u0000", left));
        place.remove();
        button.hidden = false;
        return false;
      });
    }

    // What was revealed goes after a minute, and when the page is left or hidden.
    if (all("[data-revealed]", root).length > 0) {
      const hide = () => location.replace(location.pathname.replace(/[^/]*$/, "private"));
      setTimeout(hide, 60000);
      addEventListener("pagehide", () => all("[data-revealed]").forEach((value) => value.replaceChildren("•••••")));
      document.addEventListener("visibilitychange", () => document.hidden && hide());
    }

    for (const input of all("[data-check]", root)) watchPassword(input);
    for (const form of all("[data-finish]", root)) form.requestSubmit();
  };

  // Saves in place: the answer takes the place of the page, and the way back stays where it was.
  const save = async (event, form) => {
    event.preventDefault();
    const { submitter } = event;
    submitter?.setAttribute("aria-disabled", "true");
    try {
      const body = new URLSearchParams(new FormData(form, submitter));
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
      const type = answer.headers.get("content-type") ?? "";
      if (!type.startsWith("text/html") || new URL(answer.url).origin !== location.origin) throw new Error("elsewhere");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const content = page.querySelector("main");
      if (answer.redirected) history.pushState({}, "", answer.url);
      document.title = page.title;
      document.querySelector(".frame").replaceWith(page.querySelector(".frame"));
      document.querySelector(".top").replaceWith(page.querySelector(".top"));
      document.querySelector(".foot").replaceWith(page.querySelector(".foot"));
      leaving = false;
      scrollTo(0, 0);
      start(document);
      const target = document.querySelector("[data-summary]") ?? document.querySelector("h1") ?? content;
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
    } catch {
      form.submit();
    }
  };

  const watchPassword = (input) => {
    const rules = input.closest(".field").querySelector("[data-rules]");
    const words = JSON.parse(input.dataset.policy);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    const name = () => (input.type === "password" ? input.dataset.show : input.dataset.hide);
    button.textContent = name();
    button.addEventListener("click", () => {
      input.type = input.type === "password" ? "text" : "password";
      button.textContent = name();
    });
    input.after(button);
    input.form.addEventListener("submit", () => (input.type = "password"));
    let timer;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      const password = input.value;
      if (password === "") return rules.replaceChildren();
      timer = setTimeout(async () => {
        const headers = { "Content-Type": "application/json", "X-CSRF": "1" };
        const answer = await fetch(input.dataset.check, { method: "POST", headers, body: JSON.stringify({ password }) }).catch(() => undefined);
        if (!answer?.ok || password !== input.value) return;
        const { ok, issues } = await answer.json();
        const lines = ok ? [input.dataset.good] : issues.map(({ code, params = {} }) =>
          (words[code.replace("restricted.", "")] ?? words.other).replace(/\\{(\\w+)\\}/g, (_all, key) => params[key] ?? ""));
        rules.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line, className: ok ? "good" : "wrong" })));
      }, 400);
    });
  };

  addEventListener("beforeunload", (event) => {
    if (!leaving && all("[data-guarded]").some((form) => form.isChanged?.())) event.preventDefault();
  });
  // Nothing is shown from the browser's memory: somebody may have signed out since.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  addEventListener("popstate", () => location.reload());

  start(document);
})();
`;
