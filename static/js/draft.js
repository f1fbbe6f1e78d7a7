// What is entered and not saved is not left without a word.
let touched = false;
let leaving = false;

document.addEventListener("input", (event) => {
  if (event.target.closest("#editor")) touched = true;
});

document.addEventListener("submit", () => {
  leaving = true;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-discard]")) leaving = true;
});

window.addEventListener("beforeunload", (event) => {
  if (!leaving && (touched || document.querySelector("[data-unsaved]"))) event.preventDefault();
});
