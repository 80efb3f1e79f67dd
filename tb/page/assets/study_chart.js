// SPDX-License-Identifier: Apache-2.0
// One chart: axes, marks that can be picked by pointer and keys, a tip, a legend. What it shows its `paint` draws, at any width.
const kDotsMax = 1200;  // drawn in one chart
const kNear = 26;       // pixels around a mark that pick it

// The point and the run that the reader looks at; -1: none.
class Choice {
  constructor() {
    this.point = this.run = -1;
    this.listeners = [];
  }
  onChange(listener) {
    this.listeners.push(listener);
  }
  choose(point, run = -1) {
    this.point = point;
    this.run = run;
    for (const listener of this.listeners) listener();
  }
}

class Chart {
  // paint(chart) draws and sets note, keys; it calls frame() and mark().
  constructor(title, paint, selection, height = 270) {
    Object.assign(this, { title, paint, selection, height, marks: [], at: -1, width: 0 });
    this.svg = make("svg", { tabindex: 0, role: "application", "aria-label": `${title}; arrow keys go from dot to dot, Enter shows its runs` });
    this.tip = make("div", { class: "tip", hidden: true });
    this.caption = make("small");
    this.legend = make("p", { class: "key" });
    this.drawing = make("div", { class: "drawing" }, this.svg, this.tip);
    this.figure = make("figure", { class: "chart" }, make("figcaption", {}, title + " ", this.caption), this.legend, this.drawing);
    this.bindPointer();
    this.bindKeys();
    selection.onChange(() => this.drawRing());
    new ResizeObserver(() => {
      if (Math.round(this.drawing.clientWidth) !== this.width) this.draw();
    }).observe(this.drawing);
  }

  draw() {
    this.width = Math.round(this.drawing.clientWidth);
    if (this.width === 0) return;
    this.marks = [];
    this.at = -1;
    this.notes = [];
    this.hideTip();
    this.legend.replaceChildren();
    this.svg.replaceChildren();
    this.paint(this);
    this.drawMarks();
    for (const [name, value] of [["width", this.width], ["height", this.height], ["viewBox", `0 0 ${this.width} ${this.height}`]]) this.svg.setAttribute(name, value);
    this.caption.textContent = this.notes.filter(Boolean).join("; ");
  }
  note(text) {
    this.notes.push(text);
  }
  nothing(text) {
    this.height = 60;
    this.text(this.width / 2, 34, text, "middle");
  }

  // ---- drawing

  add(tag, attributes, ...children) {
    const element = make(tag, attributes, ...children);
    this.svg.append(element);
    return element;
  }
  text(x, y, text, anchor = "start", attributes = {}) {
    return this.add("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor, ...attributes }, text);
  }
  line(x1, y1, x2, y2, css) {
    return this.add("line", { x1: x1.toFixed(1), x2: x2.toFixed(1), y1: y1.toFixed(1), y2: y2.toFixed(1), class: css });
  }

  // Axes around the field that is drawn in. Titles: that of y above its axis, that of x below its own. `strip`: pixels kept free for
  // labels above the field.
  frame(xSpec, ySpec, strip = 0) {
    const top = (ySpec.title ? 22 : 8) + strip, bottom = this.height - 38, right = this.width - 14;
    const most = Math.max(2, (bottom - top) / 45), y = scaleOf(widened(ySpec, most), bottom, top, most);
    const left = Math.min(this.width * 0.4, 12 + Math.max(...y.ticks.map((tick) => textWidth(tick.text)), 12));
    const x = scaleOf(xSpec, left, right, Math.max(2, (right - left) / 70));
    let free = ySpec.labels ? -1e9 : 1e9;
    for (const tick of y.ticks) {
      if (!ySpec.labels) this.line(left, tick.at, right, tick.at, "grid");
      if (Math.abs(tick.at - free) < 12) continue;
      this.text(left - 6, tick.at + 4, tick.text, "end");
      free = tick.at;
    }
    this.line(left, bottom, right, bottom, "axis");
    this.xTicks(x, xSpec, left, right, bottom);
    if (ySpec.title) this.text(2, 11, ySpec.title, "start", { class: "axis-title" });
    if (xSpec.title) this.text(right, this.height - 5, xSpec.title, "end", { class: "axis-title" });
    return { x, y, left, right, top, bottom };
  }
  // Those that have room.
  xTicks(x, spec, left, right, bottom) {
    let free = -1e9;
    for (const tick of x.ticks) {
      const half = textWidth(tick.text) / 2, at = Math.max(half, Math.min(this.width - half, tick.at));
      this.line(tick.at, bottom, tick.at, bottom + 4, "axis");
      if (at - half < free + 6) continue;
      this.text(at, bottom + 16, tick.text, "middle");
      free = at + half;
    }
  }

  // What can be picked: {x, y, point}, and any of run, series, hollow, quiet (nothing is drawn there), text (of the tip).
  mark(mark) {
    this.marks.push(mark);
  }
  drawMarks() {
    const dots = this.marks.filter((mark) => !mark.quiet);
    const kept = dots.filter((mark) => mark.keep).length, step = Math.ceil((dots.length - kept) / Math.max(1, kDotsMax - kept));
    if (step > 1) {
      let place = 0;
      this.marks = this.marks.filter((mark) => mark.quiet || mark.keep || place++ % step === 0);
      this.note(`${thousands(this.marks.length)} of ${thousands(dots.length)} dots drawn`);
    }
    const many = this.marks.length > 300;
    for (const mark of this.marks) {
      if (mark.quiet) continue;
      this.add("path", {
        class: "dot" + (mark.hollow ? " hollow" : ""), "data-point": mark.point, style: `--dot: var(--s${mark.series || 0})`,
        d: shapePath(mark.series || 0, mark.x, mark.y, mark.hollow || many ? 3 : 4.2),
      });
    }
    this.ring = make("g", { class: "ring" });
    this.cursor = make("g", { class: "cursor" });
    this.svg.append(this.ring, this.cursor);
    this.drawRing();
  }
  outline(mark) {
    if (mark.width) return make("rect", { x: mark.x - mark.width / 2, y: mark.y - mark.height / 2, width: mark.width, height: mark.height });
    return make("circle", { cx: mark.x, cy: mark.y, r: 8 });
  }
  drawRing() {
    if (!this.ring) return;
    const { point, run } = this.selection;
    const mine = this.marks.filter((mark) => (mark.run === undefined ? (mark.points || [mark.point]).includes(point) : mark.run === run));
    this.ring.replaceChildren(...(point < 0 ? [] : mine.map((mark) => this.outline(mark))));
  }

  // The signs of the series.
  keys(labels, name, curves = true) {
    if (labels.length < 2) return;
    this.legend.append(make("b", {}, name), ...labels.map((label, i) => make("span", { title: label }, this.sign(i, curves), shortened(label))));
  }
  sign(series, curve) {
    return make("svg", { viewBox: "0 0 26 12", class: "sign", "aria-hidden": "true", style: `--dot: var(--s${series})` },
      curve ? make("line", { x1: 0, x2: 26, y1: 6, y2: 6, class: "curve", "stroke-dasharray": kDashes[series] }) : "", make("path", { class: "dot", d: shapePath(series, 13, 6, 4) }));
  }

  // ---- picking

  nearest(x, y) {
    let best = -1, least = kNear * kNear;
    this.marks.forEach((mark, i) => {
      const inside = mark.width && Math.abs(mark.x - x) <= mark.width / 2 && Math.abs(mark.y - y) <= mark.height / 2;
      const far = inside ? 0 : mark.width ? Infinity : (mark.x - x) ** 2 + (mark.y - y) ** 2;
      if (far < least) [best, least] = [i, far];
    });
    return best;
  }
  // The marks that lie on each other there.
  stack(index) {
    if (index < 0) return [];
    const { x, y } = this.marks[index];
    return [...this.marks.keys()].filter((i) => Math.abs(this.marks[i].x - x) < 2 && Math.abs(this.marks[i].y - y) < 2);
  }
  // Behind the one that is selected.
  nextOf(stack) {
    const { point, run } = this.selection;
    const selected = stack.findIndex((i) => (this.marks[i].run === undefined ? this.marks[i].point === point : this.marks[i].run === run));
    return stack.length === 0 ? -1 : stack[(selected + 1) % stack.length];
  }
  bindPointer() {
    const at = (event) => {
      const box = this.svg.getBoundingClientRect();
      return this.nearest(event.clientX - box.left, event.clientY - box.top);
    };
    this.svg.addEventListener("pointermove", (event) => this.hover(at(event)));
    this.svg.addEventListener("pointerleave", () => this.hover(-1));
    this.svg.addEventListener("click", (event) => this.pick(this.nextOf(this.stack(at(event)))));
    this.svg.addEventListener("blur", () => this.hover(-1));
  }
  bindKeys() {
    this.svg.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || this.marks.length === 0) return;
      const next = this.step(event.key);
      if (event.key === "Enter" || event.key === " ") this.pick(this.at);
      else if (event.key === "Escape") this.selection.choose(-1);
      else if (next === null) return;
      else this.hover(next);
      event.preventDefault();
    });
  }
  // The mark that an arrow key leads to: along the series, or to the nearest one above or below.
  step(key) {
    const { marks, at } = this, last = marks.length - 1;
    if (key === "Home") return 0;
    if (key === "End") return last;
    if (!key.startsWith("Arrow")) return null;
    if (at < 0) return 0;
    if (key === "ArrowLeft") return Math.max(0, at - 1);
    if (key === "ArrowRight") return Math.min(last, at + 1);
    const up = key === "ArrowUp", from = marks[at];
    let best = at, least = Infinity;
    marks.forEach((mark, i) => {
      const dy = up ? from.y - mark.y : mark.y - from.y, far = dy + 4 * Math.abs(mark.x - from.x);
      if (dy > 0.5 && far < least) [best, least] = [i, far];
    });
    return best;
  }
  hover(index) {
    this.at = index;
    this.svg.classList.toggle("over", index >= 0);
    this.cursor?.replaceChildren(...(index < 0 ? [] : [this.outline(this.marks[index])]));
    if (index < 0) return this.hideTip();
    const mark = this.marks[index];
    const here = this.stack(index).length;
    this.tip.textContent = mark.text() + (here > 1 ? `\n${here} dots here: a click shows one after the other` : "");
    this.tip.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    this.tip.style.left = Math.max(0, Math.min(this.width - width, mark.x - width / 2)) + "px";
    this.tip.style.top = (mark.y > height + 14 ? mark.y - height - 12 : mark.y + 14) + "px";
  }
  // In a narrow window the panel lies over the lower part of the page.
  uncover(mark) {
    const panel = document.getElementById("details"), { top } = panel.getBoundingClientRect();
    const at = this.svg.getBoundingClientRect().top + mark.y;
    if (getComputedStyle(panel).position === "fixed" && at > top - 40) window.scrollBy({ top: at - top / 2 });
  }
  hideTip() {
    this.tip.hidden = true;
  }
  pick(index) {
    if (index < 0) return;
    const { point, run } = this.marks[index];
    this.selection.choose(point, run ?? -1);
    this.uncover(this.marks[index]);
  }
}
