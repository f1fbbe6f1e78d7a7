// The search over pages and tenants: a plain link to the Switches page without this script.
const palette = document.getElementById("palette");
const input = palette.querySelector("input");

function open() {
  palette.showModal();
  input.select();
  input.dispatchEvent(new Event("opened"));
}

function step(by) {
  const links = [...palette.querySelectorAll("#palette-found a")];
  const next = links.indexOf(document.activeElement) + by;
  (links[next] ?? (next < 0 ? input : links[0]))?.focus();
}

for (const opener of document.querySelectorAll("[data-palette]")) {
  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) {
    event.preventDefault();
    palette.open ? palette.close() : open();
  }
});

palette.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && event.target === input) {
    event.preventDefault();
    palette.querySelector("#palette-found a")?.click();
  }
});

palette.addEventListener("click", (event) => {
  if (event.target === palette) palette.close();
});
