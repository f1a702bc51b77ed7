// Keyboard and small comforts: search key, menus, steppers, selecting many rows. All by delegation,
// so that parts that htmx brings later need no set-up.

const typing = (node) => node.matches?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const palette = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
  if (palette || slash) {
    const search = [...document.querySelectorAll('input[type="search"]')].find((field) => field.checkVisibility());
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (event.target.matches?.('input[type="search"]')) event.target.blur();
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event);
});

// Arrows walk through an open menu, the command palette and the rows of a list.
const walk = (event) => {
  const menu = event.target.closest("details.menu[open]");
  const palette = event.target.closest(".office-search");
  const table = event.target.matches(".row-link") && event.target.closest("table");
  if (!menu && !table && !palette) return;
  const stops = [...(menu ?? (table || palette)).querySelectorAll(table ? ".row-link" : "input[type=search], .menu-item")];
  const next = stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  event.preventDefault();
  next?.focus();
};

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// Stepper: whole packs between the bounds; what is typed is rounded up and said so.
const digits = (step) => (String(step).split(".")[1] ?? "").length;
const bounded = (field, value) => {
  const step = Number(field.step) || 1;
  const least = field.min === "" ? -Infinity : Number(field.min);
  const most = field.max === "" ? Infinity : Number(field.max);
  const packs = Math.ceil(Number((value / step).toFixed(6))) * step;
  return Math.min(Math.max(packs, least), most).toFixed(digits(step));
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step-by]");
  const field = button?.closest(".stepper")?.querySelector("input");
  if (!field) return;
  const step = Number(field.step) || 1;
  const next = bounded(field, (Number(field.value) || 0) + Number(button.dataset.stepBy) * step);
  if (next === field.value) return;
  field.value = next;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches(".stepper > input") || field.value === "") return;
  const asked = field.value;
  const given = bounded(field, Number(asked));
  const note = field.closest(".stepper-field")?.querySelector("output");
  if (Number(given) === Number(asked)) {
    if (note) note.value = "";
    return;
  }
  field.value = given;
  if (note) note.value = note.dataset.rounded.replace("{quantity}", given);
}, true);

// Selecting rows: all at once, and a range with Shift.
let last = null;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.(".pick input[type=checkbox]")) return;
  const table = box.closest("table");
  const rows = [...table.querySelectorAll("tbody .pick input[type=checkbox]")];
  const all = table.querySelector("[data-select-all]");
  if (box === all) for (const row of rows) row.checked = all.checked;
  else if (event.shiftKey && last && rows.includes(last)) {
    const [from, to] = [rows.indexOf(last), rows.indexOf(box)].sort((a, b) => a - b);
    for (const row of rows.slice(from, to + 1)) row.checked = box.checked;
  }
  last = box;
  const chosen = rows.filter((row) => row.checked).length;
  if (all) {
    all.checked = chosen === rows.length;
    all.indeterminate = chosen > 0 && chosen < rows.length;
  }
  for (const place of table.closest("form")?.querySelectorAll("[data-selected-count]") ?? []) {
    place.textContent = chosen;
  }
});
