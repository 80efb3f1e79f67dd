// SPDX-License-Identifier: Apache-2.0
// Where responses flip: lines in the charts, and a list.
const kFlipsListed = 60;

// Flips at the same values are one, with their seeds: [{cliff, below, above, rises, unsure, others, seeds}].
function flipsOf(study) {
  const found = new Map();
  for (const flip of study.meta.flips) {
    const { seed, reached, ...rest } = flip, key = JSON.stringify(flip, (name, value) => (name === "seed" ? undefined : value));
    if (!found.has(key)) found.set(key, { ...rest, rises: reached.startsWith("from"), seeds: [] });
    found.get(key).seeds.push(seed);
  }
  return [...found.values()];
}

// Lines where a response flips along the axis that the chart is over, all else as the chart has it.
function drawFlips(chart, study, response, state, scale, series) {
  const axis = study.axes[state.x], colour = state.colour === null ? null : study.axes[state.colour], drawn = new Set();
  const labels = [];
  for (const flip of chart.flips ??= flipsOf(study)) {
    if (flip.axis !== axis.name || study.sampled) continue;
    const fits = study.axes.every((other) => other === axis || other === colour || !other.varies || !study.grid || String(flip.others[other.name]) === String(other.levels[state.at[other.index]]));
    const place = colour ? series.labels.indexOf(String(flip.others[colour.name])) : 0, key = `${flip.response} ${place} ${flip.above}`;
    if (!fits || place < 0 || drawn.has(key)) continue;
    drawn.add(key);
    const x = scale.x.at(flip.above), own = flip.response === response.name;
    chart.add("line", { class: "flip" + (own ? " own" : ""), style: `--dot: var(--s${place})`, x1: x, x2: x, y1: scale.top, y2: scale.bottom, "stroke-dasharray": kDashes[place] || "none" },
      make("title", {}, `${flip.response} flips from ${flip.below} to ${flip.above}`));
    labels.push({ x, text: `${own ? "" : flip.response + " "}${shortNumber(flip.below)}|${shortNumber(flip.above)}` });
  }
  placeLabels(chart, labels.sort((a, b) => a.x - b.x), scale);
  if (drawn.size > 0) chart.note("upright line: a flip between two neighbouring values");
}

// Each beside its line, in one of a few rows; without a row that has room, none.
function placeLabels(chart, labels, { left, right, top }) {
  const free = [left, left, left];
  for (const { x, text } of labels) {
    const width = textWidth(text) + 6, from = x + 4 + width > right ? x - 4 - width : x + 4;
    const row = free.findIndex((end) => from >= end);
    if (row < 0) continue;
    chart.text(from, top + 9 + 13 * row, text, "start", { class: "flip-label" });
    free[row] = from + width;
  }
}

function cliffLine(study, flip, axis) {
  const others = Object.entries(flip.others).filter(([name]) => study.axes.find((each) => each.name === name).varies);
  const where = others.map(([name, value]) => `${name}=${value}, `).join("");
  const seeds = study.seeds.length === 1 ? "" : flip.seeds.length === study.seeds.length ? " (all seeds)" : ` (seed ${flip.seeds.join(", ")})`;
  return `${where}${axis.name}: ${flip.rises ? "not yet" : "still"} at ${flip.below}, ${flip.rises ? "reached" : "no more"} at ${flip.above}` +
    `${axis.unit ? " " + axis.unit : ""}${seeds}${flip.unsure ? ", if not before: a run between them failed" : ""}`;
}

function cliffsSection(study) {
  const flips = flipsOf(study);
  return study.meta.cliffs.map((cliff) => {
    const axis = study.axes[cliff.axis], response = study.responses[cliff.response];
    const mine = flips.filter((flip) => flip.axis === axis.name && flip.response === response.name && flip.at_least === cliff.at_least);
    const lines = mine.slice(0, kFlipsListed).map((flip) => make("li", {}, cliffLine(study, flip, axis)));
    if (mine.length > lines.length) lines.push(make("li", {}, `and ${mine.length - lines.length} more: answers.json has all`));
    return make("div", {}, make("h3", {}, `${response.name} along ${axis.name}: where it reaches ${withUnit(cliff.at_least, response.unit)}`),
      lines.length > 0 ? make("ul", { class: "cliffs" }, ...lines) : make("p", { class: "facts" }, "it flips nowhere between the values of the axis"));
  });
}
