// htmx, and the little that pages do beside it. Everything here is a convenience: without it the forms still work.
import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false; // no inline style: the Content-Security-Policy forbids it
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // nothing personal is left in the browser's storage
htmx.config.scrollBehavior = "auto";
window.htmx = htmx;

// A form that is on its way is not sent again by a second click; the service would take it once anyway. `data-again`: what it leads to is
// a file, and the page stays.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post" || "again" in form.dataset) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (button) button.setAttribute("aria-busy", "true");
});
// Coming back by the back button, the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((each) => each.removeAttribute("aria-busy"));
  }
});

// After a refused form, and after its answer: where the reader should be.
function focusFirst() {
  const there = document.querySelector("[data-focus]");
  if (there) there.focus({ preventScroll: false });
}
document.addEventListener("DOMContentLoaded", focusFirst);

// `/` goes to the search, where nothing else is being typed.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
});

if (matchMedia("(max-width: 991.98px)").matches) {
  for (const each of document.querySelectorAll("details[data-closed-on-phones]")) each.open = false;
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
