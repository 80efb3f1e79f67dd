// SPDX-License-Identifier: Apache-2.0
// A response over an axis: of a grid one line per level of the axis of colour, of a sample dots and where most of them are.
const kStrips = 12;  // of a sample, along the axis

const xSpecOf = (axis) => (axis.numeric ? { ...spanOf([axis.low, axis.high], axis.log), ...(axis.log ? {} : { low: axis.low, high: axis.high > axis.low ? axis.high : axis.low + 1 }), title: nameWithUnit(axis) }
  : { labels: axis.levels.map(String), title: nameWithUnit(axis) });

function* valuesOf(points, ...lists) {
  for (const list of lists) for (const point of points) yield list[point];
}

function pointText(study, response, point, series) {
  const { median, low, high, runs } = response;
  const interval = low[point] < high[point] ? ` [${shortNumber(low[point])}, ${shortNumber(high[point])}]` : "";
  return `${response.name}: ${withUnit(median[point], response.unit)}${interval}\n${study.place(point)}\n` +
    `point ${study.number[point]}, ${runs[point]} of ${study.seeds.length} ${study.seeds.length === 1 ? "run" : "runs"}`;
}

// M x y L x y ..., with a gap where a number is none.
function pathOf(places) {
  let text = "", pen = "M";
  for (const [x, y] of places) {
    if (Number.isNaN(x) || Number.isNaN(y)) pen = "M";
    else {
      text += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = "L";
    }
  }
  return text;
}

// The points of each series, along x.
function bySeries(points, series, axis) {
  const groups = series.labels.map(() => []);
  for (const point of points) {
    const group = series.of(point);
    if (group >= 0) groups[group].push(point);
  }
  for (const group of groups) group.sort((p, q) => axis.number(p) - axis.number(q) || p - q);
  return groups;
}

// Points without the response leave a gap; so do values of the axis without a point.
function drawCurve(chart, points, axis, response, scale, series) {
  const { x, y } = scale, pieces = [[]];
  let before = null;
  for (const point of points) {
    const gone = Number.isNaN(response.median[point]);
    const hole = before !== null && axis.levels.length > 0 && axis.places[point] - axis.places[before] > 1 && chart.study.whole;
    if (gone || hole) pieces.push([]);
    if (!gone) pieces.at(-1).push(point);
    before = gone ? null : point;
  }
  for (const piece of pieces.filter((each) => each.length > 1)) {
    const along = (list) => piece.map((point) => [x.at(axis.number(point)), y.at(list[point])]);
    if (piece.some((point) => response.low[point] < response.high[point]))
      chart.add("path", { class: "band", style: `--dot: var(--s${series})`, d: pathOf([...along(response.low), ...along(response.high).reverse()]) + "Z" });
    chart.add("path", { class: "curve", style: `--dot: var(--s${series})`, "stroke-dasharray": kDashes[series], d: pathOf(along(response.median)) });
  }
}

function drawWhisker(chart, point, at, response, scale, series) {
  const low = scale.y.at(response.low[point]), high = scale.y.at(response.high[point]);
  if (!(low - high > 1)) return;
  chart.add("path", { class: "whisker", style: `--dot: var(--s${series})`, d: `M${at} ${low}V${high}M${at - 4} ${low}h8M${at - 4} ${high}h8` });
}

// Of the dots in each of some strips along x: the median, and the middle half.
function drawTrend(chart, points, axis, response, scale) {
  const strips = Array.from({ length: kStrips }, () => []), { x, y, left, right } = scale;
  for (const point of points) {
    const strip = Math.floor((x.at(axis.number(point)) - left) / (right - left) * kStrips);
    if (!Number.isNaN(response.median[point])) strips[Math.max(0, Math.min(kStrips - 1, strip))].push(response.median[point]);
  }
  const rows = strips.map((values, i) => {
    values.sort((a, b) => a - b);
    const at = (share) => values[Math.round(share * (values.length - 1))];
    return values.length < 3 ? null : { x: left + (i + 0.5) * (right - left) / kStrips, low: y.at(at(0.25)), middle: y.at(at(0.5)), high: y.at(at(0.75)) };
  }).filter(Boolean);
  if (rows.length < 2) return;
  chart.add("path", { class: "band trend", d: pathOf([...rows.map((row) => [row.x, row.low]), ...rows.map((row) => [row.x, row.high]).reverse()]) + "Z" });
  chart.add("path", { class: "curve trend", d: pathOf(rows.map((row) => [row.x, row.middle])) });
  chart.note(`line and band: median and middle half of the dots, in ${kStrips} strips`);
}

function paintLines(chart, study, response, state) {
  chart.study = study;
  chart.height = chart.width > 600 ? 340 : 280;
  const axis = study.axes[state.x], points = study.shown(state), series = study.series(state.colour);
  const groups = bySeries(points, series, axis), drawn = groups.flat();
  const ySpec = { ...spanOf(valuesOf(drawn, response.median, response.low, response.high), state.log), title: nameWithUnit(response) };
  if (!drawn.some((point) => !Number.isNaN(response.median[point]))) return chart.nothing("no run here has this response");
  const flips = flipsIn(study, state, series).filter(({ flip }) => flip.response === response.name), scale = chart.frame(xSpecOf(axis), ySpec, flips.length > 0 ? kFlipStrip : 0);
  chart.note(series.note);
  if (state.log && !ySpec.log) chart.note("linear: some values are not above 0");
  if (!study.sampled && study.seeds.length > 1) chart.note(`median of ${study.seeds.length} seeds, ${spread(study)}`);
  if (study.sampled && axis.numeric) drawTrend(chart, drawn, axis, response, scale);
  drawFlips(chart, flips, response, scale);
  groups.forEach((group, i) => {
    if (!study.sampled && axis.numeric) drawCurve(chart, group, axis, response, scale, i);
    for (const point of group) {
      if (Number.isNaN(response.median[point])) continue;
      let at = scale.x.at(axis.number(point));
      if (!axis.numeric) {
        at += (i - (groups.length - 1) / 2) * Math.min(14, scale.x.width / (groups.length + 1));
        drawWhisker(chart, point, at, response, scale, i);
      }
      chart.mark({ x: at, y: scale.y.at(response.median[point]), point, series: i, text: () => pointText(study, response, point) });
    }
  });
  if (state.colour !== null) chart.keys(series.labels, nameWithUnit(study.axes[state.colour]), !study.sampled);
}
