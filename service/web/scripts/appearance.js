// Runs before anything is drawn: dark where the person has not chosen and the device is dark.
const page = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => page.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
if (page.dataset.appearance === "auto") {
  follow();
  dark.addEventListener("change", follow);
}
