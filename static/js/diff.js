// Going through the cases of a run by keys: j and k move, n goes to the next that was not viewed, v marks as viewed.
// Each key presses a button or a link that is on the page; without this script the cases are links, and that is all.
const review = document.getElementById("review");
const script = document.getElementById("case-keys");
const keys = script ? JSON.parse(script.textContent) : [];
const phone = window.matchMedia("(max-width: 760px)");

// What was viewed is this reader's, of this version's answers to this suite, on this device.
const place = review && `aiops.viewed ${review.dataset.reader} ${review.dataset.head} ${review.dataset.suite}`;
const SWITCH = "aiops.keys";

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A device that keeps nothing: it is marked until the page is left.
  }
}

const viewed = new Set(read(place) ?? []);
const links = () => [...review.querySelectorAll("a.case")];
const linkOf = (key) => links().find((link) => link.dataset.case === key);
const opened = () => links().find((link) => link.hasAttribute("aria-current"))?.dataset.case ?? document.getElementById("case").dataset.case;

function showViewed() {
  const count = keys.filter((key) => viewed.has(key)).length;
  review.querySelector("[data-viewed-count]").textContent = `${count} viewed of `;
  const bar = review.querySelector("[data-viewed-bar]");
  bar.hidden = false;
  bar.querySelector("rect").setAttribute("width", `${keys.length ? (100 * count) / keys.length : 0}%`);
  for (const link of links()) link.classList.toggle("seen", viewed.has(link.dataset.case));
  const isViewed = viewed.has(opened());
  for (const button of document.querySelectorAll("[data-viewed]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", isViewed);
    button.querySelector("[data-tick]").textContent = isViewed ? "☑" : "☐";
  }
}

function mark() {
  const key = opened();
  viewed.has(key) ? viewed.delete(key) : viewed.add(key);
  keep(place, [...viewed]);
  showViewed();
  tell(viewed.has(key) ? "Viewed." : "Not viewed.");
}

function tell(words) {
  document.getElementById("told").textContent = words;
}

// On a phone only the four around the one that is open are listed.
function showNear(index) {
  const items = links().map((link) => link.parentElement);
  const start = Math.max(0, Math.min(index - 1, items.length - 4));
  items.forEach((item, number) => item.classList.toggle("near", number >= start && number < start + 4));
}

function point(link) {
  const all = links();
  for (const other of all) other === link ? other.setAttribute("aria-current", "true") : other.removeAttribute("aria-current");
  showNear(all.indexOf(link));
  showSteps(keys.indexOf(link.dataset.case));
  showViewed();
}

function addressOf(key) {
  return `?only=${encodeURIComponent(review.dataset.only)}&case=${encodeURIComponent(key)}#case`;
}

function showSteps(index) {
  for (const step of document.querySelectorAll("[data-step]")) {
    const key = keys[index + Number(step.dataset.step)];
    key === undefined ? step.removeAttribute("href") : step.setAttribute("href", addressOf(key));
    key === undefined ? step.setAttribute("aria-disabled", "true") : step.removeAttribute("aria-disabled");
  }
}

function open(key) {
  if (key === undefined) return;
  const link = linkOf(key);
  // Of another fifty.
  if (!link) return window.location.assign(addressOf(key));
  link.focus({ preventScroll: phone.matches });
  link.click();
}

function unviewed() {
  const from = keys.indexOf(opened()) + 1;
  return [...keys.slice(from), ...keys.slice(0, from)].find((key) => !viewed.has(key));
}

const move = (by) => open(keys[keys.indexOf(opened()) + by]);
const dialog = document.getElementById("keys");
const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  n: () => (unviewed() === undefined ? tell("All of these cases are viewed.") : open(unviewed())),
  s: () => review.classList.toggle("stacked"),
  "?": () => dialog.showModal(),
};

document.addEventListener("click", (event) => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const at = (selector) => event.target.closest(selector);
  if (!review || !isPlain) return;
  if (at("a.case")) point(at("a.case"));
  else if (at("[data-viewed]")) mark();
  else if (at("button[data-key]")) ACTIONS[at("button[data-key]").dataset.key]?.();
  else if (at("[data-more]")) {
    event.preventDefault();
    at(".cases").classList.add("whole");
  } else if (at("a[data-step][href]")) {
    event.preventDefault();
    move(Number(at("[data-step]").dataset.step));
  }
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog:modal, :popover-open") || read(SWITCH) === false) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
});

// At once: who presses v right after j means the case that just came.
document.addEventListener("htmx:afterSwap", () => review && showViewed());

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "case" && event.detail.elt?.id !== "case") return;
  showViewed();
  const heading = document.querySelector("#case h2");
  tell(`Case ${keys.indexOf(opened()) + 1} of ${keys.length}: ${heading.textContent}`);
  if (phone.matches) document.getElementById("case").scrollIntoView({ block: "start" });
});

const choice = document.querySelector("[data-keys-on]");
if (choice) {
  choice.checked = read(SWITCH) !== false;
  choice.addEventListener("change", () => keep(SWITCH, choice.checked));
}

if (review) {
  document.querySelector("[data-keys]").hidden = false;
  showSteps(keys.indexOf(opened()));
  showViewed();
  // Within the list: the page itself stays where it is.
  const link = linkOf(opened());
  if (link) link.closest("ol").scrollTop = link.offsetTop - link.closest("ol").offsetTop - 120;
}
