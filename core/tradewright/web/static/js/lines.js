// The grid of editable lines, worked like a spreadsheet. Without this file the blank rows at its end
// and the "Add line" button, which posts the form, do the same.

const rowsOf = (grid) => [...grid.querySelectorAll("tbody > tr[data-line]")];
const fieldsOf = (row) =>
  [...row.querySelectorAll("input, select, textarea")].filter(
    (field) => field.type !== "hidden" && !field.readOnly && !field.disabled && !field.closest(".remove-cell"),
  );

const addLine = (grid) => {
  const template = grid.querySelector("template[data-line-template]");
  if (!template) return null;
  const index = Number(grid.dataset.next);
  grid.dataset.next = String(index + 1);
  const row = template.content.firstElementChild.cloneNode(true);
  for (const node of row.querySelectorAll("*")) {
    for (const name of ["name", "id", "for", "aria-label", "aria-describedby"]) {
      const value = node.getAttribute(name);
      if (value?.includes("__index__")) node.setAttribute(name, value.replaceAll("__index__", index));
    }
  }
  const count = rowsOf(grid).length + 1;
  row.querySelectorAll(".line-no").forEach((cell) => (cell.textContent = count));
  grid.querySelector("tbody").append(row);
  window.htmx?.process(row);
  return row;
};

const enter = (field) => {
  field?.focus();
  if (field?.matches("input:not([type=checkbox])")) field.select();
};

const move = (grid, field, by, grow) => {
  const row = field.closest("tr[data-line]");
  const rows = rowsOf(grid);
  const column = fieldsOf(row).indexOf(field);
  let target = rows[rows.indexOf(row) + by];
  const fresh = !target && grow && by > 0;
  if (fresh) target = addLine(grid);
  if (target) enter(fieldsOf(target)[fresh ? 0 : column]);
};

const atEdge = (field, by) => {
  if (!field.matches("input") || field.selectionStart === null) return false;
  const { selectionStart: from, selectionEnd: to, value } = field;
  if (from === 0 && to === value.length) return true;
  return from === to && (by < 0 ? from === 0 : to === value.length);
};

const sideways = (field, by) => {
  const fields = fieldsOf(field.closest("tr[data-line]"));
  const next = fields[fields.indexOf(field) + by];
  if (next) enter(next);
  return Boolean(next);
};

document.addEventListener("keydown", (event) => {
  const field = event.target;
  const grid = field.closest?.("[data-lines]");
  if (!grid || event.isComposing || !field.closest("tr[data-line]")) return;
  if ((event.ctrlKey || event.metaKey) && (event.key === "Delete" || event.key === "Backspace")) {
    const remove = field.closest("tr").querySelector(".remove-cell input");
    if (!remove) return;
    event.preventDefault();
    remove.click();
    return move(grid, field, 1, false);
  }
  if (field.matches("textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const vertical = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const horizontal = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === "Enter" && !field.matches("select")) {
    event.preventDefault();
    move(grid, field, event.shiftKey ? -1 : 1, true);
  } else if (vertical && !field.matches("select, [type=date], [list], [role=combobox]")) {
    event.preventDefault();
    move(grid, field, vertical, false);
  } else if (horizontal && atEdge(field, horizontal) && sideways(field, horizontal)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const grid = event.target.closest("[data-add-line]")?.closest("[data-lines]");
  if (!grid) return;
  const row = addLine(grid);
  if (!row) return;
  event.preventDefault();
  enter(fieldsOf(row)[0]);
});

// A block copied from a spreadsheet fills the cells from here on, and as many new lines as it needs.
document.addEventListener("paste", (event) => {
  const field = event.target;
  const grid = field.closest?.("[data-lines]");
  const text = event.clipboardData?.getData("text/plain").replace(/\r?\n$/, "") ?? "";
  if (!grid || !field.closest("tr[data-line]") || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const start = rowsOf(grid).indexOf(field.closest("tr"));
  const column = fieldsOf(field.closest("tr")).indexOf(field);
  text.split(/\r?\n/).forEach((line, offset) => {
    const row = rowsOf(grid)[start + offset] ?? addLine(grid);
    const fields = row ? fieldsOf(row) : [];
    line.split("\t").forEach((value, across) => {
      const cell = fields[column + across];
      if (!cell || cell.type === "checkbox") return;
      cell.value = value.trim();
      cell.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
});
