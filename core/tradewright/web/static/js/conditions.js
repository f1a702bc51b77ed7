// data-when on a part of a form: the part shows only while the condition over other fields of the form is true.
// The condition is data, {"field": "policy", "in": ["backorder"]}, {"not": ...}, {"all": [...]}, {"any": [...]};
// names are as in the view, data-prefix of the form stands before them in the names of inputs.
// Without this file every part shows, and the server decides what counts.

const valueOf = (form, name) => {
  const field = form.elements[(form.dataset.prefix ?? "") + name];
  if (!field) return "";
  if (field instanceof RadioNodeList) {
    const box = [...field].find((one) => one.type === "checkbox");
    return box ? (box.checked ? box.value : "") : field.value;
  }
  return field.type === "checkbox" ? (field.checked ? field.value : "") : field.value;
};

const holds = (form, condition) => {
  if (condition.not) return !holds(form, condition.not);
  if (condition.all) return condition.all.every((part) => holds(form, part));
  if (condition.any) return condition.any.some((part) => holds(form, part));
  return condition.in.includes(valueOf(form, condition.field));
};

// A page behind a tab stays there, whatever its condition.
const behind = (part) =>
  part.matches(".tabbed > .notebook-page") &&
  !part.parentElement.querySelector(`:scope > .tabs a[href="#${part.id}"][aria-current]`);

const apply = (form) => {
  for (const part of form.querySelectorAll("[data-when]"))
    part.hidden = behind(part) || !holds(form, JSON.parse(part.dataset.when));
};

const applyAll = () => {
  for (const form of document.querySelectorAll("form:has([data-when])")) apply(form);
};
applyAll();
document.addEventListener("htmx:afterSettle", applyAll);
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => target.form?.querySelector("[data-when]") && apply(target.form));
}
