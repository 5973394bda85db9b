// Print or copy what stands on a page, such as recovery codes or an address; where neither can be done, the
// buttons stay hidden.
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const lines = [...source.querySelectorAll("li")].map((item) => item.textContent.trim());
      await navigator.clipboard.writeText(lines.length ? lines.join("\n") : source.value);
      button.textContent = button.dataset.done;
    });
  }
})();
