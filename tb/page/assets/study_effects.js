// SPDX-License-Identifier: Apache-2.0
// What a response depends on: bars, longest first.
const kPairsShown = 0.005;  // share of the variance from which a pair of axes has a bar
const kRow = 26;

// Sums of many numbers miss 0 by a little.
const nearZero = (value, size) => (Math.abs(value) < 1e-9 * size ? 0 : value);
const share = (value) => (Number.isNaN(value) || value === null ? "\u2013" : (100 * value).toFixed(1) + " %");

function effectRows(study, response, effects) {
  const rows = study.axes.filter((axis) => axis.varies).map((axis) => {
    const main = effects.main[axis.name], means = numbersOf(main.means), there = [...means.keys()].filter((i) => !Number.isNaN(means[i]));
    const low = there.reduce((a, b) => (means[b] < means[a] ? b : a), there[0]), high = there.reduce((a, b) => (means[b] > means[a] ? b : a), there[0]);
    const size = Math.max(Math.abs(means[low]), Math.abs(means[high])), mean = (level) => `${withUnit(nearZero(means[level], size), response.unit)} at ${axis.levels[level]}`;
    const range = there.length > 0 ? `mean ${mean(low)}, ${mean(high)}` : "";
    return { name: axis.name, value: main.share, text: share(main.share), more: range };
  });
  for (const pair of effects.interactions)
    if (pair.share >= kPairsShown) rows.push({ name: pair.axes.join(" \u00d7 "), value: pair.share, text: share(pair.share), hollow: true, more: "together, beyond each alone" });
  rows.sort((a, b) => b.value - a.value);
  if (effects.rest >= kPairsShown) rows.push({ name: "anything else", value: effects.rest, text: share(effects.rest), hollow: true, more: "more axes together, and chance" });
  return rows;
}

// Bars {name, value, text}, and any of low, high (a whisker), second (another bar: {value, low, high}), hollow, more. A whisker that
// goes beyond `limits` has no end.
function drawBars(chart, rows, title, limits = { low: -Infinity, high: Infinity }) {
  const wide = rows.some((row) => row.second) ? kRow + 10 : kRow, last = 14 + Math.max(...rows.map((row) => textWidth(row.text)));
  const left = Math.min(chart.width * 0.38, 14 + Math.max(...rows.map((row) => textWidth(row.name)))), right = chart.width - last;
  chart.height = rows.length * wide + 46;
  const numbers = rows.flatMap((row) => [row, row.second ?? {}]).flatMap(({ value, low, high }) => [value, Math.max(low, limits.low), Math.min(high, limits.high), 0]).filter((value) => Number.isFinite(value));
  const spec = spanOf(numbers), scale = scaleOf(spec, left, right, Math.max(2, (right - left) / 80)), zero = scale.at(0), bottom = rows.length * wide + 6;
  for (const tick of scale.ticks) chart.line(tick.at, 4, tick.at, bottom, "grid");
  chart.xTicks(scale, spec, left, right, bottom);
  chart.line(zero, 2, zero, bottom, "axis");
  rows.forEach((row, i) => {
    const y = 6 + i * wide, height = wide - 10;
    const bar = (one, top, tall, css) => {
      if (!Number.isFinite(one.value)) return;
      const at = scale.at(one.value);
      chart.add("rect", { class: css, x: Math.min(zero, at), y: top, width: Math.max(1, Math.abs(at - zero)), height: tall }, make("title", {}, `${row.name}: ${row.text}${row.more ? ", " + row.more : ""}`));
      if (!Number.isFinite(one.low) || !(one.high > one.low)) return;
      const from = scale.at(Math.max(one.low, spec.low)), to = scale.at(Math.min(one.high, spec.high)), middle = top + tall / 2;
      const ends = [[one.low >= spec.low, from], [one.high <= spec.high, to]].filter(([inside]) => inside).map(([, x]) => `M${x} ${middle - 3}v6`);
      chart.add("path", { class: "error", d: `M${from} ${middle}H${to}${ends.join("")}` });
    };
    if (row.second) {
      bar(row.second, y, height / 2 - 1, "bar");
      bar(row, y + height / 2, height / 2, "bar hollow");
    } else bar(row, y, height, "bar" + (row.hollow ? " hollow" : ""));
    chart.text(left - 8, y + height / 2 + 4, shortened(row.name, Math.floor((left - 12) / kCharWidth)), "end", { class: "ink" });
    chart.text(chart.width - 4, y + height / 2 + 4, row.text, "end");
  });
  chart.text(right, chart.height - 5, title, "end", { class: "axis-title" });
}

// Under the bars, in words: the means at both ends.
function barWords(rows) {
  return rows.filter((row) => row.more && !row.hollow && row.value > 0).map((row) => make("li", {}, make("b", {}, row.name), ": " + row.more));
}

function paintEffects(chart, study, response) {
  const { effects, sobol, morris, groups } = response.answers;
  if (effects) {
    const rows = effectRows(study, response, effects);
    chart.words?.replaceChildren(...barWords(rows));
    if (rows.every((row) => !(row.value > 0))) return chart.nothing("the same everywhere");
    chart.note("share of the variance; hollow: axes together, or the rest");
    drawBars(chart, rows.map((row) => ({ ...row, value: 100 * row.value })), "% of the variance");
  } else if (sobol) {
    const rows = study.axes.map((axis) => {
      const one = sobol[axis.name], [low, high] = one.total_interval, [least, most] = one.first_interval;
      return {
        name: axis.name, value: one.total ?? NaN, low, high, text: [one.first, one.total].map((index) => (index === null ? "\u2013" : index.toFixed(2).replace("-", "\u2212"))).join(", "), second: { value: one.first ?? NaN, low: least, high: most },
      };
    }).sort((a, b) => b.value - a.value);
    chart.note(`Sobol indices of ${groups ?? 0} base points; full bar: first (alone), hollow bar: total (with others); whiskers: 95 %`);
    if (rows.every((row) => Number.isNaN(row.value))) return chart.nothing("too many runs have no such response");
    drawBars(chart, rows, "share of the variance: first, total", { low: -0.2, high: Math.max(1.2, ...rows.map((row) => row.value || 0)) });
  } else if (morris) {
    const rows = study.axes.map((axis) => {
      const one = morris[axis.name], [low, high] = one.mu_star_interval;
      return { name: axis.name, value: one.mu_star ?? NaN, low, high, text: shortNumber(one.mu_star), more: `sigma ${shortNumber(one.sigma)}` };
    }).sort((a, b) => b.value - a.value);
    chart.note(`mean size of the effect, as large as from the first value to the last, of ${groups ?? 0} trajectories; whiskers: 95 %`);
    if (rows.every((row) => Number.isNaN(row.value))) return chart.nothing("too many runs have no such response");
    drawBars(chart, rows, response.unit ? `mu* (${response.unit})` : "mu*");
  }
}

// Near the axis below: linear and alone; above the line: with others, or curved.
function paintMorris(chart, study, response) {
  const rows = study.axes.map((axis) => ({ axis, ...response.answers.morris[axis.name] })).filter((row) => row.mu_star !== null);
  if (rows.length === 0) return chart.nothing("too many runs have no such response");
  const unit = response.unit ? ` (${response.unit})` : "", most = Math.max(...rows.map((row) => row.mu_star)), top = Math.max(...rows.map((row) => row.sigma));
  const scale = chart.frame({ low: 0, high: most * 1.15 || 1, title: "mu*" + unit }, { low: 0, high: top * 1.15 || 1, title: "sigma" + unit });
  const end = Math.min(most, top) * 1.15 || 1;
  chart.line(scale.x.at(0), scale.y.at(0), scale.x.at(end), scale.y.at(end), "diagonal");
  chart.note("line: sigma = mu*; above it an axis acts with others, or not in proportion");
  rows.forEach((row, i) => {
    const series = i % kSeriesMax, x = scale.x.at(row.mu_star), y = scale.y.at(row.sigma);
    chart.add("path", { class: "dot", style: `--dot: var(--s${series})`, d: shapePath(series, x, y, 4.5) }, make("title", {}, `${row.axis.name}: mu* ${shortNumber(row.mu_star)}, sigma ${shortNumber(row.sigma)}`));
  });
  chart.keys(rows.slice(0, kSeriesMax).map((row) => row.axis.name), "axis", false);
}
