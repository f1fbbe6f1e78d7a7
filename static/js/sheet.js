// The confirm step beside the list: at the side on wide screens, from below on phones. Each opener is a link to the
// same step as a page of its own, which is where everything goes that fails here.
const sheet = document.getElementById("sheet");
const wide = window.matchMedia("(min-width: 1181px)");
const ARMED_AFTER = 400;
let opener = null;
let openedAt = 0;

function show() {
  openedAt = performance.now();
  if (!sheet.open) wide.matches ? sheet.show() : sheet.showModal();
  sheet.scrollTop = 0;
  if (wide.matches) sheet.scrollIntoView({ block: "nearest" });
  sheet.querySelector("[data-heading]")?.focus({ preventScroll: true });
}

function mark(row) {
  for (const other of document.querySelectorAll(".row.sel")) other.classList.remove("sel");
  row?.classList.add("sel");
}

async function load(link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(4000) });
  if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
  sheet.innerHTML = await answer.text();
  window.htmx?.process(sheet);
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-sheet]");
  if (event.target === sheet || event.target.closest("[data-close]")) {
    if (event.target.closest("a[data-close]") && !sheet.open) return;
    event.preventDefault();
    sheet.close();
  } else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    if (link.hasAttribute("aria-busy")) return;
    // Seen at once that the tap was taken, also while the answer is under way.
    link.setAttribute("aria-busy", "true");
    try {
      await load(link);
    } catch {
      window.location.assign(link.href);
      return;
    } finally {
      link.removeAttribute("aria-busy");
    }
    if (!sheet.contains(link)) opener = link;
    mark(opener?.closest(".row"));
    show();
  }
});

// A second tap of the one that opened the sheet must not confirm it; the style sheet holds back pointers, this the keys.
sheet.addEventListener("submit", (event) => {
  if (performance.now() - openedAt < ARMED_AFTER) event.preventDefault();
});

sheet.addEventListener("close", () => {
  mark(null);
  opener?.isConnected && opener.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && sheet.open && !event.defaultPrevented && !document.querySelector("dialog:modal")) sheet.close();
});

// The search field is where one begins, but not on a phone, where the keyboard would cover the list.
const search = document.getElementById("q");
if (search && wide.matches && document.activeElement === document.body) search.focus({ preventScroll: true });

// `/` goes there too, unless something is being typed.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search?.focus();
});
