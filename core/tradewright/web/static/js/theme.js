// Runs before the first paint: says that scripts work, applies the chosen theme and the folded menu.
// The choice lives in a cookie, so that the server may render it and nothing flashes.
(() => {
  "use strict";
  const root = document.documentElement;
  const read = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`))?.[1] ?? "";
  const write = (name, value) => {
    document.cookie = `${name}=${value}; path=/; max-age=${value ? 31536000 : 0}; samesite=lax`;
  };
  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const choice of document.querySelectorAll("[data-theme-switch] [name=theme]")) {
      choice.setAttribute("aria-pressed", String(choice.value === (theme || "auto")));
    }
  };

  root.classList.add("js");
  const chosen = read("theme");
  if (chosen) show(chosen);
  if (read("menu") === "folded") root.dataset.menu = "folded";
  document.addEventListener("DOMContentLoaded", () => show(root.dataset.theme ?? ""));

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-theme-switch]")) return;
    event.preventDefault();
    const theme = event.submitter?.value === "auto" ? "" : (event.submitter?.value ?? "");
    write("theme", theme);
    show(theme);
  });

  const folding = (folded) => {
    if (folded) root.dataset.menu = "folded";
    else delete root.dataset.menu;
    write("menu", folded ? "folded" : "");
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-fold-menu]")) folding(root.dataset.menu !== "folded");
    const area = event.target.closest(".area > summary")?.parentElement;
    for (const open of document.querySelectorAll(".area.flyout")) {
      if (open !== area && !open.contains(event.target)) open.classList.remove("flyout");
    }
    if (!area || root.dataset.menu !== "folded" || !matchMedia("(min-width: 64rem)").matches) return;
    event.preventDefault();
    area.open = true;
    area.classList.toggle("flyout");
  });
})();
