// What every request carries, what is asked before it, and what is said when it fails.
// Without this file forms post as they stand: the hidden fields hold the same token and key.

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const KEY = "idempotency_key";
// Not randomUUID(): browsers offer that on https and localhost only.
const newKey = () => [...crypto.getRandomValues(new Uint8Array(18))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "get") return;
  detail.headers["X-CSRF-Token"] = meta("csrf-token");
  if (!detail.parameters[KEY]) detail.headers["Idempotency-Key"] = newKey();
});

// A key names one intention. Once it is fulfilled, or the page comes back from the history, the next one is new.
const renewKeys = (scope) => {
  for (const field of scope.querySelectorAll(`input[name="${KEY}"]`)) field.value = newKey();
};
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig?.verb !== "get" && detail.elt.isConnected) {
    renewKeys(detail.elt.closest("form") ?? detail.elt);
  }
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  renewKeys(document);
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A form that was sent is not sent again by an impatient second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [data-theme-switch]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000);
});

// data-confirm: the question, data-confirm-body: what is lost, data-confirm-label: the verb of the button.
const confirmed = new WeakSet();
document.addEventListener("click", (event) => {
  const source = event.target.closest("[data-confirm]");
  if (!source || confirmed.delete(source)) return;
  const template = document.getElementById("confirm-dialog");
  if (!template) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const dialog = template.content.firstElementChild.cloneNode(true);
  const say = (slot, text) => {
    const place = dialog.querySelector(`[data-slot="${slot}"]`);
    place.textContent = text ?? "";
    place.hidden = !text;
  };
  say("question", source.dataset.confirm);
  say("body", source.dataset.confirmBody);
  say("label", source.dataset.confirmLabel || source.textContent.trim());
  dialog.querySelector('[value="yes"]').classList.toggle("danger", source.classList.contains("danger"));
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return source.focus();
    confirmed.add(source);
    source.click();
  });
  dialog.showModal();
}, true);

// Toasts leave by themselves, except those that report a failure or are being read.
const STAY = 6000;
const settle = (toast) => {
  if (toast.dataset.settled) return;
  toast.dataset.settled = "1";
  if (toast.matches(".is-danger, .is-warning")) return;
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) return setTimeout(leave, 1500);
    toast.classList.add("leaving");
    setTimeout(() => toast.remove(), 200);
  };
  setTimeout(leave, STAY);
};
const toast = (text, tone = "info") => {
  const template = document.getElementById(`toast-${tone}`) ?? document.getElementById("toast-info");
  const place = document.querySelector(".toasts");
  if (!template || !place) return;
  const node = template.content.firstElementChild.cloneNode(true);
  node.querySelector(".toast-text").textContent = text;
  place.append(node);
  settle(node);
};
const settleAll = () => document.querySelectorAll("[data-toast]").forEach(settle);
settleAll();
document.addEventListener("htmx:afterSettle", settleAll);
document.addEventListener("toast", ({ detail }) => toast(detail.text ?? detail.value, detail.tone));
document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast, .alert")?.remove());
document.addEventListener("htmx:sendError", () => toast(meta("says-offline"), "danger"));
document.addEventListener("htmx:responseError", ({ detail }) => {
  toast(meta("says-failed").replace("{code}", detail.xhr?.status ?? ""), "danger");
});
