// SPDX-License-Identifier: Apache-2.0
// Where responses flip: lines in the charts, and a list.
const kFlipsListed = 60;
const kFlipStrip = 18;  // pixels above a chart, for labels

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

// The flips along the axis that the chart is over, all else as the chart has it: [{flip, series}].
function flipsIn(study, state, series) {
  const axis = study.axes[state.x], colour = state.colour === null ? null : study.axes[state.colour];
  if (study.sampled) return [];
  const fixed = study.grid ? study.axes.filter((other) => other.varies && other !== axis && other !== colour) : [];
  return (study.flips ??= flipsOf(study)).filter((flip) => flip.axis === axis.name).map((flip) => ({ flip, series: colour ? series.labels.indexOf(String(flip.others[colour.name])) : 0 }))
    .filter((one) => one.series >= 0 && fixed.every((other) => String(one.flip.others[other.name]) === String(other.levels[state.at[other.index]])));
}

// Upright lines, their labels in the strip above the field. Flips of one response that are near each other share a label.
function drawFlips(chart, flips, response, { x, left, right, top, bottom }) {
  const labels = [];
  for (const { flip, series } of [...flips].sort((a, b) => a.flip.above - b.flip.above)) {
    const at = x.at(flip.above), own = flip.response === response.name;
    chart.add("line", { class: "flip" + (own ? " own" : ""), style: `--dot: var(--s${series})`, x1: at, x2: at, y1: top - 5, y2: bottom, "stroke-dasharray": kDashes[series] || "none" },
      make("title", {}, `${flip.response} flips between ${flip.below} and ${flip.above}`));
    const near = labels.find((label) => label.name === flip.response && at - label.at < 30);
    if (near) near.high = Math.max(near.high, flip.above);
    else labels.push({ at, name: flip.response, low: flip.below, high: flip.above });
  }
  let free = left;
  for (const { at, name, low, high } of labels) {
    const text = `${name} flips: ${shortNumber(low)}\u2026${shortNumber(high)}`, width = textWidth(text);
    const from = Math.max(left, Math.min(at - width / 2, right - width));
    if (from < free) continue;
    chart.text(from, top - kFlipStrip + 10, text, "start", { class: "flip-label" });
    free = from + width + 8;
  }
}

function cliffLine(study, flip, axis) {
  const others = Object.entries(flip.others).filter(([name]) => study.axes.find((each) => each.name === name).varies);
  const where = others.map(([name, value]) => `${name}=${value}, `).join("");
  const seeds = study.seeds.length === 1 ? "" : flip.seeds.length === study.seeds.length ? " (all seeds)" : ` (seed ${flip.seeds.join(", ")})`;
  return `${where}${axis.name}: ${flip.rises ? "not yet" : "still"} at ${flip.below}, ${flip.rises ? "reached" : "no more"} at ${flip.above}` +
    `${axis.unit ? " " + axis.unit : ""}${seeds}${flip.unsure ? ", if not before: a value between them cannot run" : ""}`;
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
