// SPDX-License-Identifier: Apache-2.0
// Scales with their ticks, and the signs of series: each has a colour, a shape and a dash of its own.
const kShapes = ["circle", "square", "diamond", "up", "down", "plus", "cross", "star"];
const kDashes = ["", "7 4", "2 3", "9 3 2 3", "14 4", "4 2", "1 4", "11 3 3 3 3 3"];
const kCharWidth = 6.1;  // of the font of charts, on average

const textWidth = (text) => text.length * kCharWidth;

function tickText(value) {
  const size = Math.abs(value), units = [[1e9, "G"], [1e6, "M"], [1e4, "k"]];
  for (const [unit, letter] of units) if (size >= unit) return Number((value / (letter === "k" ? 1e3 : unit)).toPrecision(6)) + letter;
  return size > 0 && size < 1e-4 ? value.toExponential(0) : String(Number(value.toPrecision(6))).replace("-", "\u2212");
}

// What an axis of numbers spans. Without room to draw in, some is made.
function spanOf(values, log = false) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { low: 0, high: 1, log: false };
  if (log && low > 0) return low === high ? { low: low / 2, high: high * 2, log } : { low, high, log };
  if (low >= 0 && low < 0.6 * high) low = 0;
  if (low === high) return low === 0 ? { low: 0, high: 1, log: false } : { low: Math.min(0, low), high: Math.max(0, high), log: false };
  return { low, high, log: false };
}

function linearTicks(low, high, most) {
  const step = niceStep((high - low) / Math.max(1, most)), out = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i) out.push(Number((i * step).toPrecision(12)));
  return out;
}
// To the next tick at both ends, unless that would leave much room empty.
function widened(spec, most) {
  if (spec.labels || spec.log) return spec;
  const range = spec.high - spec.low, step = niceStep(range / Math.max(1, most));
  const low = Math.floor(spec.low / step + 1e-9) * step, high = Math.ceil(spec.high / step - 1e-9) * step;
  const near = (end, tick) => (Math.abs(tick - end) <= 0.15 * range ? tick : end + Math.sign(tick - end) * 0.04 * range);
  return { ...spec, low: near(spec.low, low), high: near(spec.high, high) };
}
function logTicks(low, high, most) {
  const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high)), out = [];
  const factors = last - first <= most / 2 ? [1, 2, 5] : [1], step = Math.max(1, Math.ceil((last - first) / most));
  for (let power = first; power <= last; power += step)
    for (const factor of factors) {
      const value = Number((factor * Math.pow(10, power)).toPrecision(12));
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) out.push(value);
    }
  return out.length > 1 ? out : [low, high].map((value) => Number(value.toPrecision(3)));
}

// {at: a value in pixels, ticks: [{at, text}]}. `spec`: {labels}, of ranges also {edges}, or {low, high, log}; `most`: of ticks.
function scaleOf(spec, from, to, most) {
  if (spec.labels) {
    const width = (to - from) / spec.labels.length, at = (i) => from + (i + 0.5) * width;
    if (spec.edges) return { at, width: Math.abs(width), ticks: spec.edges.map((value, i) => ({ at: from + i * width, text: tickText(value) })) };
    return { at, width: Math.abs(width), ticks: spec.labels.map((text, i) => ({ at: at(i), text: shortened(text, 18) })) };
  }
  const { low, high, log } = spec, turned = log ? Math.log : (value) => value, a = turned(low), b = turned(high);
  const at = (value) => from + (b > a ? (turned(value) - a) / (b - a) : 0.5) * (to - from);
  const ticks = (log ? logTicks : linearTicks)(low, high, most);
  return { at, ticks: ticks.map((value) => ({ at: at(value), text: tickText(value) })) };
}

// The outline of a sign around x, y.
function shapePath(shape, x, y, r) {
  const corners = (list) => "M" + list.map(([dx, dy]) => `${(x + dx * r).toFixed(1)} ${(y + dy * r).toFixed(1)}`).join("L") + "Z";
  switch (kShapes[shape % kShapes.length]) {
    case "square": return corners([[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]]);
    case "diamond": return corners([[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]]);
    case "up": return corners([[0, -1.25], [1.15, 0.85], [-1.15, 0.85]]);
    case "down": return corners([[0, 1.25], [1.15, -0.85], [-1.15, -0.85]]);
    case "plus": return corners([[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]]);
    case "cross": return corners([[-1.2, -0.7], [-0.7, -1.2], [0, -0.5], [0.7, -1.2], [1.2, -0.7], [0.5, 0], [1.2, 0.7], [0.7, 1.2], [0, 0.5], [-0.7, 1.2], [-1.2, 0.7], [-0.5, 0]]);
    case "star": return corners(Array.from({ length: 10 }, (_, i) => [Math.sin(i * Math.PI / 5) * (i % 2 ? 0.6 : 1.4), -Math.cos(i * Math.PI / 5) * (i % 2 ? 0.6 : 1.4)]));
    default: return `M${(x - r).toFixed(1)} ${y.toFixed(1)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  }
}

// Of a share from 0 to 1: dark blue to light yellow, ever lighter, so that grey print and any eye see the order.
const kHeat = [[13, 36, 92], [50, 78, 124], [104, 114, 125], [160, 152, 110], [215, 194, 84], [252, 232, 100]];
function heatColour(share) {
  const place = Math.max(0, Math.min(1, share)) * (kHeat.length - 1), i = Math.min(kHeat.length - 2, Math.floor(place));
  const rgb = kHeat[i].map((one, k) => Math.round(one + (kHeat[i + 1][k] - one) * (place - i)));
  return { fill: `rgb(${rgb.join(",")})`, ink: share > 0.52 ? "#000000" : "#ffffff" };
}
