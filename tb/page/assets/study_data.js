// SPDX-License-Identifier: Apache-2.0
// A study as its page has it: axes, points, runs. tb/page/study_page.cpp writes what is read here.
const kSeriesMax = 8;   // that colours, shapes and dashes tell apart
const kRanges = 4;      // of an axis without levels, where it is told apart by colour
const kLabelMax = 28;

const numbersOf = (list) => Float64Array.from(list, (value) => (value === null ? NaN : value));
const shortened = (text, most = kLabelMax) => (text.length > most ? text.slice(0, most - 1) + "\u2026" : text);

// In few digits; with thousands apart.
function shortNumber(value) {
  if (value === undefined || value === null || Number.isNaN(value)) return "\u2013";
  const size = Math.abs(value);
  if (size >= 1e12 || (size > 0 && size < 1e-4)) return value.toPrecision(4);
  if (size >= 1000) return (value < 0 ? "\u2212" : "") + thousands(size);
  return String(Number(value.toPrecision(4))).replace("-", "\u2212");
}
const withUnit = (value, unit) => shortNumber(value) + (unit && !Number.isNaN(value) ? " " + unit : "");
const nameWithUnit = (one) => (one.unit ? `${one.name} (${one.unit})` : one.name);

// Of numbers that are there.
function medianOf(values) {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b), half = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

class Axis {
  // `places`: of each point the number of its level, or its value.
  constructor(meta, index, places) {
    Object.assign(this, { index, places, name: meta.name, unit: meta.unit, levels: meta.levels, span: meta.span });
    this.numeric = meta.span !== undefined;
    this.varies = this.levels.length !== 1;
  }
  value(point) {
    return this.levels.length > 0 ? this.levels[this.places[point]] : this.places[point];
  }
  label(point) {
    return String(this.value(point));
  }
  // Where it is drawn.
  number(point) {
    return this.numeric ? this.value(point) : this.places[point];
  }
  get log() {
    return this.numeric && this.span.log && this.low > 0;
  }
  get low() {
    return this.levels.reduce((low, value) => Math.min(low, value), this.levels.length > 0 ? Infinity : this.span.low);
  }
  get high() {
    return this.levels.reduce((high, value) => Math.max(high, value), this.levels.length > 0 ? -Infinity : this.span.high);
  }
  // The axis in parts: {labels, of: the part of a point}. Its levels if there are at most `most`, else ranges of its values.
  parts(most, ranges) {
    if (this.levels.length > 0 && (this.levels.length <= most || !this.numeric))
      return { labels: this.levels.map(String), of: (point) => this.places[point], ranges: false };
    const { low, high, log } = this, to = log ? Math.log : (value) => value, back = log ? Math.exp : (value) => value;
    const edge = (i) => Math.round(back(to(low) + (to(high) - to(low)) * i / ranges));
    const labels = Array.from({ length: ranges }, (_, i) => `${shortNumber(edge(i))}\u2026${shortNumber(edge(i + 1))}`);
    const share = (value) => (high > low ? (to(value) - to(low)) / (to(high) - to(low)) : 0);
    const edges = Array.from({ length: ranges + 1 }, (_, i) => edge(i));
    return { labels, edges, of: (point) => Math.max(0, Math.min(ranges - 1, Math.floor(share(this.value(point)) * ranges))), ranges: true };
  }
}

class Study {
  constructor(meta, points, runs) {
    Object.assign(this, { meta, runs, seeds: meta.seeds, number: points.number, count: points.number.length });
    this.axes = meta.axes.map((axis, i) => new Axis(axis, i, points.axes[i]));
    this.responses = meta.responses.map((response, i) => {
      const of = points.responses[i], median = numbersOf(of.median);
      return {
        ...response, index: i, median, low: of.low ? numbersOf(of.low) : median, high: of.high ? numbersOf(of.high) : median,
        runs: of.runs, values: numbersOf(runs.responses[i]), answers: meta.answers[response.name] || {},
      };
    });
    this.indexOf = new Map(this.number.map((number, index) => [number, index]));
    this.grid = meta.design === "grid";
    this.sampled = !this.grid && meta.design !== "zip";
    this.whole = meta.points_shown === meta.point_count;
  }
  // The runs of a point: first and behind the last.
  runsOf(point) {
    return [point * this.seeds.length, (point + 1) * this.seeds.length];
  }
  pointOf(run) {
    return Math.floor(run / this.seeds.length);
  }
  seedOf(run) {
    return this.seeds[run % this.seeds.length];
  }
  place(point) {
    return this.axes.filter((axis) => axis.varies).map((axis) => `${axis.name}=${axis.label(point)}`).join(", ");
  }
  // A second run, into a folder of its own, has waves; they are looked at even if the run fails its expectations.
  commands(run) {
    const again = "scx-cosim run " + this.runs.command[run];
    const folder = `waves/${this.meta.study}_${this.number[this.pointOf(run)]}_${this.seedOf(run)}`;
    return { again, waves: `${again} --set waves=all --out ${folder}\nscx-cosim wave ${folder}/${this.meta.folder}/${this.runs.variant[run]}` };
  }
  // The points that charts show: of a grid those at the chosen levels of the axes that are neither x nor colour.
  shown(state) {
    const fixed = this.grid ? this.axes.filter((axis) => axis.varies && axis.index !== state.x && axis.index !== state.colour) : [];
    const out = [];
    for (let point = 0; point < this.count; ++point)
      if (fixed.every((axis) => axis.places[point] === state.at[axis.index])) out.push(point);
    return out;
  }
  // What colour tells apart: {labels, of: the series of a point, -1 if it is not drawn, note}.
  series(colour) {
    if (colour === null) return { labels: [""], of: () => 0, note: "" };
    const axis = this.axes[colour], few = axis.levels.length > 0 && axis.levels.length <= kSeriesMax;
    if (few || (axis.numeric && !this.grid)) {
      const parts = axis.parts(kSeriesMax, kRanges);
      return { labels: parts.labels, of: parts.of, note: "" };
    }
    const step = (axis.levels.length - 1) / (kSeriesMax - 1);
    const picked = Array.from({ length: kSeriesMax }, (_, i) => Math.round(i * step));
    return {
      labels: picked.map((level) => String(axis.levels[level])), of: (point) => picked.indexOf(axis.places[point]),
      note: `${kSeriesMax} of ${axis.levels.length} levels of ${axis.name} drawn`,
    };
  }
}

async function readStudy() {
  const list = async (name) => JSON.parse(new TextDecoder().decode((await section(name)).bytes));
  const [points, runs] = await Promise.all([list("points"), list("runs")]);
  return new Study(JSON.parse(document.getElementById("data-meta").textContent), points, runs);
}

// What the band about a median is: as kIntervalRuns says.
const kIntervalRuns = 6;
const spread = (study) => (study.seeds.length < kIntervalRuns ? "with the least and the most" : "with its 95 % interval");
