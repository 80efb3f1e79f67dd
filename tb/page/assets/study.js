// SPDX-License-Identifier: Apache-2.0
// The page of a study: the state of its charts, the controls of that state, the sections.
const kTails = /^metric .*\.(p50|p90|p99|max)$/;

// The axes of a zip go together: one line shows them all. An axis of a sample that has no levels is told apart by ranges.
function stateOf(study) {
  const { chart_axis: x, design } = study.meta, other = study.axes.find((axis) => axis.varies && axis.index !== x);
  return { x, colour: design === "zip" ? null : study.meta.colour_axis ?? other?.index ?? null, log: false, at: study.axes.map(() => 0) };
}

// Which axes the charts are over; of a grid with more axes, where on those.
function fillControls(study, state, changed) {
  const bar = document.getElementById("controls"), axes = study.axes.filter((axis) => axis.varies);
  const select = (title, entries, value, set) => {
    const element = make("select", { "aria-label": title, onchange: () => set(element.value) }, ...entries.map(([key, text]) => make("option", { value: key, selected: String(key) === String(value) }, text)));
    return make("label", {}, title, element);
  };
  const named = axes.map((axis) => [axis.index, axis.name]);
  const setAxis = (which, other) => (value) => {
    const index = value === "" ? null : Number(value);
    if (index === state[other]) state[other] = other === "x" && state[which] === null ? axes.find((axis) => axis.index !== index).index : state[which];
    state[which] = index;
    fill(which === "x" ? "x axis" : "colour");
  };
  const fill = (focus) => {
    const rest = study.grid ? axes.filter((axis) => axis.index !== state.x && axis.index !== state.colour) : [];
    const log = make("input", { type: "checkbox", onchange: () => ((state.log = log.checked), changed()) });
    log.checked = state.log;
    bar.replaceChildren(
      ...(axes.length > 1 ? [select("x axis", named, state.x, setAxis("x", "colour")), select("colour", [["", "none"], ...named], state.colour ?? "", setAxis("colour", "x"))] : []),
      ...rest.map((axis) => select(`${axis.name} =`, axis.levels.map((level, i) => [i, String(level)]), state.at[axis.index], (value) => {
        state.at[axis.index] = Number(value);
        changed();
      })),
      make("label", {}, log, "log scale for responses"));
    if (focus) bar.querySelector(`[aria-label="${focus}"]`)?.focus();
    if (focus) changed();
  };
  fill("");
}

// Of a single axis the line says it all.
function chartsOf(study, response, state, selection) {
  const { answers } = response, charts = [];
  const add = (title, paint, height) => {
    const chart = new Chart(title, paint, selection, height);
    charts.push(chart);
    return chart;
  };
  const axes = study.axes.filter((axis) => axis.varies).length;
  const lines = add(response.name, (chart) => paintLines(chart, study, response, state));
  if (axes > 1 && study.meta.design !== "zip") add(`${response.name} over two axes`, (chart) => (state.colour === null ? chart.nothing("choose an axis of colour") : paintHeat(chart, study, response, state)));
  if (axes > 1 && (answers.effects || answers.sobol || answers.morris)) {
    const bars = add("What it depends on", (chart) => paintEffects(chart, study, response));
    bars.words = make("ul", { class: "words" });
    bars.figure.append(bars.words);
  }
  if (answers.morris) add("Alone, or with others", (chart) => paintMorris(chart, study, response));
  if (kTails.test(response.meaning)) add("Spread over all runs", (chart) => paintTail(chart, study, response, state));
  return { charts, lines };
}

function sectionOf(id, title, facts, ...children) {
  return make("section", { id }, make("h2", {}, title), ...(facts ? [make("p", { class: "facts" }, facts)] : []), ...children);
}

function fillNotes(study) {
  const { meta } = study, notes = [];
  if (meta.failed > 0) {
    const reasons = [...new Set(study.runs.message.filter(Boolean))];
    notes.push(`${meta.failed} of ${meta.runs} runs gave no data: ${reasons.slice(0, 3).join("; ")}${reasons.length > 3 ? `; and ${reasons.length - 3} other reasons` : ""}`);
  }
  if (!study.whole) notes.push(`This page has ${thousands(meta.points_shown)} of ${thousands(meta.point_count)} points, evenly chosen; study.csv has all.`);
  document.getElementById("notes").append(...notes.map((note) => make("p", { class: "note" }, note)));
}

async function main() {
  const study = await readStudy(), state = stateOf(study), selection = new Choice(), { meta } = study;
  const content = document.getElementById("charts"), all = [];
  fillNotes(study);
  for (const response of study.responses) {
    const { charts } = chartsOf(study, response, state, selection);
    all.push(...charts);
    const section = sectionOf("response-" + response.name, nameWithUnit(response), `${response.meaning}; ${response.goal} is better`, make("div", { class: "charts" }, ...charts.map((chart) => chart.figure)));
    section.className = "response";
    content.append(section);
  }
  if (meta.fronts.length > 0) {
    const charts = meta.fronts.map((front) => new Chart(`${front.x} against ${front.y}`, (chart) => paintPareto(chart, study, front), selection));
    content.append(sectionOf("pareto", "Pareto fronts", "", make("div", { class: "charts" }, ...charts.map((chart) => chart.figure))));
  }
  if (meta.cliffs.length > 0) content.append(sectionOf("cliffs", "Cliffs", "", ...cliffsSection(study)));
  content.append(sectionOf("points", "Points", "", pointsSection(study, selection)));
  document.getElementById("responses").append(...[...content.children].map((section) => make("a", { href: "#" + section.id }, section.querySelector("h2").textContent)));
  fillControls(study, state, () => all.forEach((chart) => chart.draw()));
  new Panel(study, selection);
  document.addEventListener("keydown", (event) => event.key === "Escape" && selection.choose(-1));
  bindTheme([]);
  requestAnimationFrame(() => requestAnimationFrame(() => (document.documentElement.dataset.ready = "")));
}

main();
