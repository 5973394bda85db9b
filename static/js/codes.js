// Print or copy recovery codes; where neither can be done, the buttons stay hidden.
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
      const items = document.getElementById(button.dataset.copy).querySelectorAll("li");
      await navigator.clipboard.writeText([...items].map((item) => item.textContent.trim()).join("\n"));
      button.textContent = button.dataset.done;
    });
  }
})();
