// The pages of a record: pages behind tabs, and a question before typed words are lost.
// Without this file all pages stand one below the other.

// Pages behind tabs; a page with an error in it opens by itself, and so does one with the input that a link leads to.
for (const book of document.querySelectorAll("[data-notebook]")) {
  const pages = [...book.querySelectorAll(":scope > .notebook-page")];
  const links = [...book.querySelectorAll(":scope > .tabs a")];
  const show = (page) => {
    for (const one of pages) one.hidden = one !== page;
    for (const link of links) {
      if (link.hash === `#${page.id}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };
  book.classList.add("tabbed");
  const named = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    return target ? pages.find((page) => page.contains(target)) : null;
  };
  show(pages.find((page) => page.querySelector(".bad, [aria-invalid=true]")) ?? named() ?? pages[0]);
  addEventListener("hashchange", () => {
    const page = named();
    if (page) show(page);
  });
  book.addEventListener("click", (event) => {
    const link = event.target.closest(".tabs a");
    const page = link && pages.find((one) => `#${one.id}` === link.hash);
    if (!page) return;
    event.preventDefault();
    history.replaceState(history.state, "", link.hash);
    show(page);
  });
}

// Leaving a form with something typed in it asks first.
let changed = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("[data-record-form]")) changed = true;
});
document.addEventListener("submit", () => (changed = false));
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
