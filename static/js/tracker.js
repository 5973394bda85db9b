// Conveniences of the pages. Every page works without this file; nothing here decides anything.
(() => {
  "use strict";

  const SHORTCUT = "tracker.shortcut";
  const typing = (element) => element && element.closest("input, textarea, select, [contenteditable]");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}|\u0640/gu, "").toLocaleLowerCase();

  // A failed submit puts the focus on the list of errors; its links lead into groups of boxes, too.
  const summary = document.querySelector("[data-error-summary]");
  if (summary) {
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const target = link && document.getElementById(link.getAttribute("href").slice(1));
      if (!target) return;
      event.preventDefault();
      (target.matches("fieldset") ? target.querySelector("input:not([type=search])") || target : target).focus();
      (target.closest(".field") || target).scrollIntoView({ block: "nearest" });
    });
  }

  // "/" goes to the search field. A shortcut of one character must be possible to switch off (WCAG 2.1.4).
  const remembered = () => {
    try {
      return localStorage.getItem(SHORTCUT) !== "off";
    } catch {
      return true;
    }
  };
  let shortcut = remembered();
  const toggle = document.querySelector("[data-shortcut]");
  const search = document.querySelector("main input[name=q]") || document.getElementById("q");
  if (toggle && search) {
    const show = () => {
      toggle.textContent = shortcut ? toggle.dataset.on : toggle.dataset.off;
      toggle.setAttribute("aria-pressed", String(shortcut));
    };
    toggle.hidden = false;
    show();
    toggle.addEventListener("click", () => {
      shortcut = !shortcut;
      show();
      try {
        localStorage.setItem(SHORTCUT, shortcut ? "on" : "off");
      } catch {
        // Where nothing may be stored, the choice lasts as long as the page.
      }
    });
  }
  document.addEventListener("keydown", (event) => {
    const open = document.querySelector(".menu[open]");
    if (event.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    if (event.key !== "/" || !shortcut || !search || typing(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  // A menu closes when one looks elsewhere.
  const closeMenus = (event) => {
    for (const menu of document.querySelectorAll(".menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  };
  document.addEventListener("click", closeMenus);
  document.addEventListener("focusin", closeMenus);

  // Long lists of boxes: narrow them by typing, and say how many are chosen.
  const enhanceChecklist = (list) => {
    const tools = list.querySelector("[data-checklist-tools]");
    if (!tools || !tools.hidden) return;
    const input = tools.querySelector("[data-checklist-filter]");
    const output = tools.querySelector("[data-checklist-count]");
    const items = [...list.querySelectorAll(".check")].map((item) => [item, fold(item.textContent)]);
    const count = () => {
      const chosen = list.querySelectorAll(".check input:checked").length;
      output.textContent = chosen ? `${output.dataset.words} ${chosen}` : "";
    };
    tools.hidden = false;
    count();
    list.addEventListener("change", count);
    input.addEventListener("input", () => {
      const wish = fold(input.value.trim());
      for (const [item, text] of items) item.hidden = !text.includes(wish);
      for (const group of list.querySelectorAll("[data-checklist-group]")) {
        group.hidden = !group.querySelector(".check:not([hidden])");
      }
    });
    // Enter in the filter must not send the form.
    input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  };
  document.querySelectorAll("[data-checklist]").forEach(enhanceChecklist);

  // Typed text is not lost by leaving. A form shown again with errors was never saved, so it counts as typed.
  const guarded = (form) => form && form.querySelector("textarea") && form.dataset.unsaved !== "ignore";
  const unsaved = new Set();
  if (summary && guarded(summary.closest("form"))) unsaved.add(summary.closest("form"));
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (guarded(form) && !event.target.matches("[data-checklist-filter]")) unsaved.add(form);
  });
  window.addEventListener("beforeunload", (event) => {
    const waiting = [...unsaved].some((form) => form.isConnected && !("sent" in form.dataset));
    if (waiting) event.preventDefault();
  });

  // A button beside each password shows what was typed; what is sent is always a password again.
  for (const input of document.querySelectorAll("input[data-show]")) {
    const button = document.createElement("button");
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? input.dataset.hide : input.dataset.show;
      button.setAttribute("aria-label", `${button.textContent}: ${input.labels[0].textContent.trim()}`);
    };
    button.type = "button";
    button.className = "btn btn-quiet btn-sm ps-0";
    show(false);
    button.addEventListener("click", () => show(input.type === "password"));
    input.form.addEventListener("submit", () => show(false));
    input.after(button);
  }

  // Ask first where a form says so; and take one of two clicks. The mark goes away by itself,
  // so that after a failed or stopped submit the same button works again.
  const release = () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if ("sent" in form.dataset) return event.preventDefault();
    if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return event.preventDefault();
    if ((form.getAttribute("method") || "").toLowerCase() !== "post") return;
    form.dataset.sent = "";
    setTimeout(release, 4000);
  });
  window.addEventListener("pageshow", release);
})();
