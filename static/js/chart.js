// Draws the chart anew with plotly when somebody asks for it; else it is the server's picture of the same figure.
const box = document.querySelector("[data-figure]");
// plotly's bundle writes a style element for maps into the page unless one of this id is there. The id changes with
// plotly's version: the browser test of the content security policy says so.
const STYLES_FOR_MAPS = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53";
const NOTHING = "rgba(0,0,0,0)";

function load(src) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

function forgoMapStyles() {
  if (document.getElementById(STYLES_FOR_MAPS)) return;
  document.head.append(Object.assign(document.createElement("meta"), { id: STYLES_FOR_MAPS }));
}

function colourOf(name) {
  return getComputedStyle(document.querySelector(`.sw.${name}`)).backgroundColor;
}

function inOurColours(figure) {
  const ink = getComputedStyle(box);
  const hatch = getComputedStyle(document.querySelector(".hl")).stroke;
  const card = getComputedStyle(box.closest(".card"));
  for (const trace of figure.data) {
    if (trace.meta?.colour) trace.marker = { ...trace.marker, color: colourOf(trace.meta.colour) };
    if (trace.line) trace.line.color = trace.meta?.halo ? card.backgroundColor : ink.color;
    if (trace.marker?.pattern) {
      Object.assign(trace.marker.pattern, { fillmode: "replace", fgcolor: hatch, bgcolor: NOTHING });
      trace.marker.line = { color: hatch, width: 1 };
    }
  }
  figure.layout.font = { family: ink.fontFamily, size: 12, color: ink.color };
  figure.layout.hoverlabel = { bgcolor: card.backgroundColor, bordercolor: card.borderTopColor };
  Object.assign(figure.layout.xaxis, { spikecolor: hatch, spikethickness: 1 });
  figure.layout.paper_bgcolor = figure.layout.plot_bgcolor = card.backgroundColor;
  return figure;
}

async function draw() {
  if (!window.Plotly) {
    forgoMapStyles();
    await load(box.dataset.plotly);
  }
  const figure = inOurColours(JSON.parse(document.getElementById(box.dataset.figure).textContent));
  const target = box.querySelector(".live") ?? box.appendChild(Object.assign(document.createElement("div"), { className: "live" }));
  box.classList.add("drawn");
  // Also the second time: the theme or the width may be another.
  await window.Plotly.react(target, figure.data, figure.layout, { displayModeBar: false, responsive: true });
}

async function turn(button) {
  button.disabled = true;
  button.textContent = "Loading…";
  try {
    if (box.classList.contains("drawn")) box.classList.remove("drawn");
    else await draw();
  } catch {
    box.classList.remove("drawn");
  }
  button.textContent = box.classList.contains("drawn") ? "Picture" : "Interactive";
  button.disabled = false;
  button.focus();
}

const button = document.querySelector("[data-draw]");
if (box && button) {
  button.hidden = false;
  button.addEventListener("click", () => turn(button));
}
