// The list of calls: from row to row with the keyboard, and what is new comes by itself while one is at the top.
const NEAR_THE_TOP = 80;
const rows = () => [...document.querySelectorAll(".calls tbody th a")];

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (!"jk".includes(event.key) || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog:modal, :popover-open")) return;
  const links = rows();
  const at = links.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
  // Enter is the link's own.
  links[Math.min(Math.max(at, 0), links.length - 1)]?.focus();
  event.preventDefault();
});

// Nobody loses the row that they are reading: further down, or with a row in focus, what is new waits behind its button.
const isReading = () => window.scrollY > NEAR_THE_TOP || document.activeElement.closest(".calls, form, details[open]");

document.addEventListener("htmx:afterSettle", (event) => {
  const news = event.target.closest?.("#news[data-follow]");
  if (!news || !news.querySelector("a") || isReading()) return;
  htmx.ajax("GET", window.location.pathname + news.dataset.follow, {
    target: "#calls",
    select: "#calls",
    selectOOB: "#news",
    swap: "outerHTML",
  });
});
