// The search page: results renew themselves with every word that is finished, and the arrows walk through them.
// Without this file the page is asked for with Enter, and everything on it is a link.
(() => {
  "use strict";

  const PAUSE = 300;
  const form = document.getElementById("search");
  const field = document.getElementById("query");
  const found = document.getElementById("found");
  const status = document.getElementById("search-status");
  if (!form || !field || !found || !status) return;

  // --- results while typing --------------------------------------------------------------------

  // A word is finished by what cannot stand in one: a blank, a closing quotation mark or bracket, a star.
  const ends = /[\s"”»“)\]*,،;؛。、]$/u;
  const isFinished = (text) => {
    const quotes = text.match(/["“”„«»]/gu) || [];
    return !text.trim() || (quotes.length % 2 === 0 && ends.test(text));
  };
  let shown = field.value.trim();
  let timer = 0;
  let latest = null;

  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    // What is pasted or taken from a list of proposals comes in whole words.
    const whole = /^insert(FromPaste|FromDrop|ReplacementText)$/.test(event.inputType || "");
    if (!whole && !isFinished(field.value)) return;
    timer = setTimeout(renew, /\s$/.test(field.value) ? 0 : PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));

  const renew = () => {
    if (window.htmx && field.value.trim() !== shown) window.htmx.trigger(form, "finished");
  };

  document.body.addEventListener("htmx:configRequest", (event) => {
    shown = field.value.trim();
    event.detail.parameters.q = shown;
  });
  document.body.addEventListener("htmx:beforeSend", (event) => {
    latest = event.detail.xhr;
    found.setAttribute("aria-busy", "true");
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr === latest) found.removeAttribute("aria-busy");
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    // Whoever is no longer signed in was led to another page, which is no list of results.
    if (new URL(event.detail.xhr.responseURL).pathname === window.location.pathname) return;
    event.detail.shouldSwap = false;
    form.submit();
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    const count = found.querySelector("[data-count]") || found;
    status.classList.remove("is-failed");
    status.textContent = count.textContent.trim().replace(/\s+/g, " ");
    prepare();
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(name, () => {
      shown = null;
      status.classList.add("is-failed");
      status.textContent = status.dataset.failed;
    });
  }

  // --- narrowing a long list of values ---------------------------------------------------------

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}|\u0640/gu, "").toLocaleLowerCase();
  const prepare = () => found.querySelectorAll("[data-facet-narrow]").forEach((box) => { box.hidden = false; });
  found.addEventListener("input", (event) => {
    if (!event.target.closest("[data-facet-narrow]")) return;
    const wish = fold(event.target.value.trim());
    for (const item of event.target.closest(".facet").querySelectorAll("li")) {
      item.hidden = !fold(item.querySelector(".facet-label").textContent).includes(wish);
    }
  });

  // --- the keyboard ----------------------------------------------------------------------------

  const visible = (element) => element.getClientRects().length > 0;
  const all = (selector) => [...found.querySelectorAll(selector)].filter(visible);
  const results = () => all(".hit-title a, .dropped a, .pages a[rel]");
  const filters = () => all(".facet summary, .facet input, .facet a");
  const inRtl = document.documentElement.dir === "rtl";
  let lastResult = null;

  // After Enter or a filter the whole page is new: how much was found is said, and the arrows go on from there.
  const arrived = () => {
    const [visit] = performance.getEntriesByType("navigation");
    const count = found.querySelector("[data-count]");
    if (!count || !window.location.search || window.location.hash || !visit || visit.type !== "navigate") return;
    if (document.activeElement === document.body) count.focus({ preventScroll: true });
  };

  const go = (element) => {
    if (!element) return false;
    element.focus();
    element.scrollIntoView({ block: "nearest" });
    return true;
  };

  // Where a key leads from an element; nothing where the browser shall do what it always does.
  const target = (key, from) => {
    // Esc would empty the field, and with it the results.
    if (from === field && key === "Escape") return field;
    if (from === field) return key === "ArrowDown" ? results()[0] || filters()[0] : null;
    if (key === "Escape") return field;
    if (from.matches("[data-count]")) {
      return key === "ArrowDown" ? results()[0] || filters()[0] : key === "ArrowUp" ? field : null;
    }
    const aside = from.closest(".page-aside");
    const typing = from.matches("input");
    const list = aside ? filters() : results();
    const at = list.indexOf(from);
    if (key === "ArrowDown" && at >= 0) return list[at + 1];
    if (key === "ArrowUp" && at >= 0) return list[at - 1] || field;
    if (typing || at < 0) return null;
    const toFilters = inRtl ? "ArrowRight" : "ArrowLeft";
    const toResults = inRtl ? "ArrowLeft" : "ArrowRight";
    if (key === toFilters && !aside) return filters()[0];
    if (key === toResults && aside) return (lastResult && lastResult.isConnected && lastResult) || results()[0];
    return null;
  };

  document.addEventListener("keydown", (event) => {
    const from = event.target;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    if (event.defaultPrevented || !(from === field || found.contains(from))) return;
    if (from.matches(".hit-title a")) lastResult = from;
    if (go(target(event.key, from))) event.preventDefault();
  });

  document.querySelectorAll("[data-keys]").forEach((hint) => { hint.hidden = false; });
  prepare();
  arrived();
})();
