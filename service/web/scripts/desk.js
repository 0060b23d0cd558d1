// Keys of the workbench. All that they do can be done by Tab and Enter too. They can be turned off (WCAG 2.1.4).
//   data-key="c"        presses what it stands on     data-key-focus="a"  goes there
//   data-row            rows to walk through by j and k, each with [data-open] and perhaps [data-claim]

const OFF = "miaopi-keys-off";
const page = document.documentElement;
page.classList.add("has-script");
const on = () => localStorage.getItem(OFF) === null;
page.classList.toggle("has-keys", on());

const typing = (target) => target.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
const visible = (each) => each.getClientRects().length > 0;

function rowFrom(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((each) => each.contains(document.activeElement));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)];
  next.querySelector("[data-open]").focus();
  next.scrollIntoView({ block: "nearest" });
}

function press(key) {
  if (key === "j" || key === "ArrowDown") return rowFrom(1) ?? document.querySelector("[data-row]") !== null;
  if (key === "k" || key === "ArrowUp") return rowFrom(-1) ?? document.querySelector("[data-row]") !== null;
  if (key === "c") {
    const claim = document.activeElement.closest("[data-row]")?.querySelector("[data-claim]");
    if (claim) return claim.click() ?? true;
  }
  const pressed = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);
  if (pressed) {
    pressed.click();
    if (pressed.matches("summary")) pressed.focus();
    return true;
  }
  const there = [...document.querySelectorAll(`[data-key-focus="${CSS.escape(key)}"]`)].find(visible);
  if (!there) return false;
  there.focus();
  there.scrollIntoView({ block: there.matches("section") ? "start" : "nearest" });
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const help = document.querySelector("[data-key-help][open]");
    if (help) {
      help.open = false;
      help.querySelector("summary").focus();
    } else if (typing(event.target)) event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !on()) return;
  if (event.target.matches?.("[type=radio]") && event.key.startsWith("Arrow")) return;
  if (press(event.key)) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-keys-switch]")) {
  const show = () => {
    button.textContent = on() ? button.dataset.on : button.dataset.off;
    page.classList.toggle("has-keys", on());
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    if (on()) localStorage.setItem(OFF, "yes");
    else localStorage.removeItem(OFF);
    show();
  });
  show();
}
for (const each of document.querySelectorAll("[data-key], [data-key-focus]")) {
  each.setAttribute("aria-keyshortcuts", each.dataset.key ?? each.dataset.keyFocus);
}
