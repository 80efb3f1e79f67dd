// Numbers and names as the reader sees them.
const thousands = (number) => Math.round(number).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
const cyclesText = (cycles) => thousands(cycles) + (cycles === 1 ? " cycle" : " cycles");

// A duration.
function timeText(cycles, mhz, digits = 3) {
  const us = cycles / mhz;
  if (us === 0) return "0";
  if (us < 1) return (us * 1000).toFixed(0) + " ns";
  if (us < 1000) return trimmed(us, digits) + " us";
  if (us < 1e6) return trimmed(us / 1000, digits) + " ms";
  return trimmed(us / 1e6, digits) + " s";
}
const trimmed = (value, digits) => Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(value + 1e-9))))).toString();

// A point in time, as exact as the distance between two marks of the axis asks for.
function pointText(cycle, mhz, step) {
  const ms = cycle / mhz / 1000, stepMs = step / mhz / 1000;
  return ms.toFixed(Math.max(0, Math.min(6, Math.ceil(-Math.log10(stepMs) - 1e-9)))) + " ms";
}
const percentText = (part, whole) => (whole > 0 ? (100 * part / whole).toFixed(1) : "0.0") + " %";

// 1, 2 or 5 times a power of ten.
function niceStep(least) {
  const power = Math.pow(10, Math.floor(Math.log10(least)));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= least);
}

// Cycles of "1234", "12.5ms", "300 us", "2 s"; NaN for anything else.
function cycleOfText(text, mhz) {
  const match = /^([\d_\s\u202f]*\.?\d+)\s*(ns|us|ms|s)?$/.exec(text.trim());
  if (!match) return NaN;
  const number = Number(match[1].replace(/[_\s\u202f]/g, ""));
  return match[2] ? number * { ns: 1e-3, us: 1, ms: 1e3, s: 1e6 }[match[2]] * mhz : number;
}

// An element with attributes, text or children.
function make(tag, attributes = {}, ...children) {
  const svg = ["svg", "rect", "text", "line", "path", "circle", "g", "title"].includes(tag) && attributes.svg !== false;
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && name !== "svg") element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}
