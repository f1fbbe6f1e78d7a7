// What is on the screen must not pass for the present when it is not.
const fault = document.getElementById("fault");

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    // A search that cannot be answered in place is asked as a page.
    if (event.target.matches("[data-else-submit]")) event.target.form.requestSubmit();
    else fault.textContent = "The console does not answer. What is shown here may be old; it keeps asking.";
  });
}

document.addEventListener("htmx:afterOnLoad", () => {
  fault.textContent = "";
});

// The tab that one is on is in sight, also in browsers that leave this to a script.
const tab = document.querySelector(".tabs [aria-current]");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft + tab.offsetWidth - tab.parentElement.clientWidth + 16;

// Back may show a page from memory, with switches as they were.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
