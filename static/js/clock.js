// Times come from the server in UTC and are shown in the reader's own time, with UTC on hover.
const FORMS = {
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  minute: { hour: "2-digit", minute: "2-digit" },
  stamp: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" },
  planned: { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  soon: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  full: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

function localise(root) {
  for (const element of root.querySelectorAll("time[data-form]:not([title])")) {
    const form = FORMS[element.dataset.form];
    const at = new Date(element.dateTime);
    if (!form || Number.isNaN(at.valueOf())) continue;
    const isToday = at.toDateString() === new Date().toDateString();
    const shown = element.dataset.form === "stamp" && isToday ? FORMS.clock : form;
    element.title = at.toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
    element.textContent = new Intl.DateTimeFormat("en-GB", { ...shown, hourCycle: "h23" }).format(at);
  }
}

localise(document);
document.addEventListener("htmx:load", (event) => localise(event.detail.elt.parentElement ?? document));
