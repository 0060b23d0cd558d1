// Runs before anything is drawn: dark where the person has not chosen and the device is dark; light on paper, whatever was chosen.
const page = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const paper = matchMedia("print");
const chosen = page.dataset.appearance;
const follow = () => {
  const wanted = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
  page.setAttribute("data-bs-theme", paper.matches ? "light" : wanted);
};
follow();
dark.addEventListener("change", follow);
paper.addEventListener("change", follow);
