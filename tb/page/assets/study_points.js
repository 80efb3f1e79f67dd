// SPDX-License-Identifier: Apache-2.0
// The table of points: one row each, with the median of each response.
const kRowsMax = 200;

// Of words like "ipi=10", "wait_p99>100" and any other text, which a level must hold: whether a point has all. Null: a name is unknown.
function filterOf(study, text) {
  const tests = [];
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const match = /^([\w.-]+)(<=|>=|=|<|>)(.+)$/.exec(word);
    if (!match) {
      tests.push((point) => study.axes.some((axis) => axis.label(point).includes(word)));
      continue;
    }
    const [, name, sign, wanted] = match, axis = study.axes.find((each) => each.name === name), response = study.responses.find((each) => each.name === name);
    if (!axis && !response && name !== "point") return null;
    const of = axis ? (point) => axis.value(point) : response ? (point) => response.median[point] : (point) => study.number[point];
    const compare = { "=": (a) => String(a) === wanted || a === Number(wanted), "<": (a) => a < Number(wanted), ">": (a) => a > Number(wanted), "<=": (a) => a <= Number(wanted), ">=": (a) => a >= Number(wanted) }[sign];
    tests.push((point) => compare(of(point)));
  }
  return (point) => tests.every((test) => test(point));
}

function pointsSection(study, selection) {
  const all = Array.from({ length: study.count }, (_, point) => point);
  const columns = [
    { title: "point", value: (point) => study.number[point], cell: (point) => make("button", { class: "link", "aria-label": `show the runs of point ${study.number[point]}` }, String(study.number[point])) },
    ...study.axes.map((axis) => ({ title: nameWithUnit(axis), name: !axis.numeric, value: (point) => axis.value(point), text: (point) => axis.label(point) })),
    ...study.responses.map((response) => ({
      title: nameWithUnit(response), value: (point) => response.median[point],
      text: (point) => shortNumber(response.median[point]) + (response.low[point] < response.high[point] ? ` [${shortNumber(response.low[point])}, ${shortNumber(response.high[point])}]` : ""),
    })),
  ];
  const table = figures(columns, all, (point) => selection.choose(point), kRowsMax);
  const count = make("span", { class: "facts", role: "status" }), example = study.axes.find((axis) => axis.varies) ?? study.axes[0];
  const input = make("input", { type: "search", id: "points-filter", spellcheck: "false", placeholder: `${example.name}=${example.label(0)} ${study.responses[0].name}>100`, "aria-label": "filter points" });
  const filter = () => {
    const test = filterOf(study, input.value);
    input.setAttribute("aria-invalid", String(test === null));
    const rows = test ? all.filter(test) : [];
    table.show(rows);
    count.textContent = test === null ? "no such axis or response" : `${thousands(rows.length)} of ${thousands(all.length)} points`;
  };
  input.addEventListener("input", filter);
  filter();
  const seeds = study.seeds.length > 1 ? `Medians of ${study.seeds.length} seeds, ${spread(study)}, where the seeds differ. ` : "";
  return make("div", {}, make("p", { class: "facts" }, seeds + "A click on a title sorts, one on a row shows its runs."), make("div", { class: "events-bar" }, input, count), table);
}
