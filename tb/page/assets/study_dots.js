// SPDX-License-Identifier: Apache-2.0
// Two responses against each other, and how a response is spread over the runs.
const kTailDots = 48;  // of one curve

function paintPareto(chart, study, front) {
  const [x, y] = [front.x, front.y].map((name) => study.responses.find((response) => response.name === name));
  const best = front.points.map((number) => study.indexOf.get(number)), isBest = new Set(best), points = [];
  for (let point = 0; point < study.count; ++point) if (!Number.isNaN(x.median[point]) && !Number.isNaN(y.median[point])) points.push(point);
  if (points.length === 0) return chart.nothing("no point has both responses");
  chart.height = 340;
  const spec = (response) => ({ ...spanOf(valuesOf(points, response.median)), title: `${nameWithUnit(response)}, ${response.goal} is better` });
  const scale = chart.frame(spec(x), spec(y)), at = (point) => [scale.x.at(x.median[point]), scale.y.at(y.median[point])];
  const text = (point) => () => `${x.name}: ${withUnit(x.median[point], x.unit)}\n${y.name}: ${withUnit(y.median[point], y.unit)}\n${study.place(point)}${isBest.has(point) ? "\non the front" : ""}`;
  // Steps, as no point of the front reaches the corner between two of them.
  const inner = x.goal === y.goal ? x.goal === "less" : x.goal === "more";
  const steps = best.map(at).flatMap(([px, py], i, all) => (i === 0 ? [[px, py]] : [inner ? [px, all[i - 1][1]] : [all[i - 1][0], py], [px, py]]));
  chart.add("path", { class: "curve", style: "--dot: var(--s1)", d: pathOf(steps) });
  for (const point of points) {
    const [px, py] = at(point);
    chart.mark({ x: px, y: py, point, series: isBest.has(point) ? 1 : 0, hollow: !isBest.has(point), keep: isBest.has(point), text: text(point) });
  }
  chart.note(`median of each point; filled squares on the line: the front, no point is better in both (${best.length} of ${points.length})`);
}

// Runs in order of the value: n - k of n reach that of the k-th.
function paintTail(chart, study, response, state) {
  const series = study.series(state.colour), groups = series.labels.map(() => []);
  response.values.forEach((value, run) => {
    const group = series.of(study.pointOf(run));
    if (!Number.isNaN(value) && group >= 0) groups[group].push(run);
  });
  const all = groups.flat();
  if (all.length === 0) return chart.nothing("no run has this response");
  for (const group of groups) group.sort((p, q) => response.values[p] - response.values[q] || p - q);
  const most = Math.max(...groups.map((group) => group.length)), values = spanOf(all.map((run) => response.values[run]), true);
  const byRatio = values.log && values.high / values.low > 100;
  const xSpec = { ...(byRatio ? values : spanOf(all.map((run) => response.values[run]))), title: nameWithUnit(response) };
  const scale = chart.frame(xSpec, { low: Math.min(0.5, 1 / most), high: 1, log: true, title: "share of runs at or above" });
  groups.forEach((group, i) => {
    const n = group.length, x = (k) => scale.x.at(response.values[group[k]]), y = (k) => scale.y.at((n - k) / n);
    const step = Math.max(1, Math.floor(n / 400)), kept = [...group.keys()].filter((k) => k % step === 0 || n - k < 20);
    chart.add("path", { class: "curve", style: `--dot: var(--s${i})`, "stroke-dasharray": kDashes[i], d: pathOf(kept.flatMap((k, j) => (j === 0 ? [[x(k), y(k)]] : [[x(k), y(kept[j - 1])], [x(k), y(k)]]))) });
    // Dots evenly along the height: most are of the tail.
    let before = Infinity;
    for (const k of [...group.keys()].reverse()) {
      if (k !== n - 1 && k !== 0 && before - y(k) < (scale.bottom - scale.top) / kTailDots) continue;
      before = y(k);
      const run = group[k];
      chart.mark({
        x: x(k), y: y(k), point: study.pointOf(run), run, series: i,
        text: () => `${withUnit(response.values[run], response.unit)}, reached by ${n - k} of ${n} runs\n${study.place(study.pointOf(run))}\nseed ${study.seedOf(run)}`,
      });
    }
  });
  chart.note(`${thousands(all.length)} runs${series.note ? "; " + series.note : ""}`);
  if (state.colour !== null) chart.keys(series.labels, nameWithUnit(study.axes[state.colour]));
}
