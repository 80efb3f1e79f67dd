// Draws the lanes: where a pixel holds one segment, that segment; where it holds more, the share of each state, stacked.
const kHartRow = 50, kTaskRow = 19, kHeading = 22;
const kBand = { top: 5, height: 22 }, kStrip = { top: 29, height: 4 }, kTicks = { top: 35, height: 6 }, kKicks = { top: 43, height: 4 };
const kArrowsMax = 80;
const kHeadHeight = 96;

class Timeline {
  // `part` ends the names of its elements, as in readPage(). `ranks`: of names of tasks, which then come in that order.
  constructor(data, view, part = "", ranks = new Map()) {
    this.data = data;
    this.view = view;
    this.ranks = ranks;
    this.most = part ? 0.36 : 0.56;  // of the height of the window
    const element = (name) => document.getElementById(name + part);
    this.head = element("head");
    this.canvas = element("lanes");
    this.scroll = element("scroll");
    this.spacer = element("spacer");
    this.arrowsNote = element("arrows-hidden");
    this.makeRows();
    this.pending = false;
    this.readColours();
    this.resize();
    new ResizeObserver(() => this.resize()).observe(this.scroll.parentElement);
    this.scroll.addEventListener("scroll", () => this.draw());
    view.onChange((what) => {
      if (this.followed !== view.follow) {
        this.makeRows();
        this.resize();
      }
      this.draw();
    });
  }

  // The followed task, harts, then tasks: those that wanted the CPU longest first.
  makeRows() {
    const rows = [];
    let top = 0;
    const add = (row) => {
      rows.push({ top, ...row });
      top += row.height;
    };
    const nameOf = (id) => this.data.meta.tasks[id].comm;
    const addTask = (lane) => add({ kind: "task", lane, id: lane.id, height: kTaskRow, label: nameOf(lane.id) });
    this.followed = this.view.follow;
    if (this.followed) {
      add({ kind: "heading", text: "followed", height: kHeading });
      addTask(this.data.tasks[this.followed]);
    }
    add({ kind: "heading", text: "harts", height: kHeading });
    this.data.harts.forEach((lane, id) => add({ kind: "hart", lane, id, height: kHartRow, label: "hart " + id }));
    add({ kind: "heading", text: "tasks", height: kHeading });
    const wanted = (lane) => lane.total[kRuns] + lane.total[kWoken] + lane.total[kPreempted];
    const rank = (lane) => this.ranks.get(nameOf(lane.id)) ?? this.ranks.size;
    const lanes = this.data.tasks.filter((lane) => lane.id > 0 && lane.id !== this.followed && wanted(lane) > 0).sort((x, y) => rank(x) - rank(y) || wanted(y) - wanted(x) || x.id - y.id);
    lanes.forEach(addTask);
    this.rows = rows;
    this.height = top;
  }
  rowOf(lane) {
    return this.rows.find((row) => row.lane === lane);
  }

  readColours() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue("--" + name).trim();
    this.colour = Object.fromEntries(
      ["page", "panel", "line", "ink", "soft", "accent", "strip", "grid", "shade", "on-task", "woken", "preempted", "asleep", "interrupt", "dispatch-loop", "bad"]
        .map((name) => [name, colour(name)]));
    this.taskColours = [colour("task"), colour("task-2"), colour("task-3")];
    this.hartColours = this.data.meta.states.map((state) => colour(cssOfState(state.name)));
    this.taskStateColours = kTaskStates.map((state) => colour(state.css));
    this.stripColours = ["transparent", this.colour.strip];
    // Bottom to top where a pixel holds several states.
    const order = ["dispatch loop", "lock wait", "balance", "IRQs off", "interrupt", "task", "idle", "WFI", "off"];
    this.hartOrder = order.map((name) => this.data.meta.states.findIndex((state) => state.name === name));
  }

  resize() {
    const width = this.scroll.clientWidth, ratio = window.devicePixelRatio || 1;
    if (width === 0) return;
    this.width = width;
    this.gutter = width < 560 ? 86 : 146;
    const visible = Math.min(this.height, Math.max(240, Math.min(window.innerHeight * this.most, 760)));
    this.visible = visible;
    this.scroll.style.height = visible + "px";
    this.spacer.style.height = this.height + "px";
    for (const [canvas, height] of [[this.canvas, visible], [this.head, kHeadHeight]]) {
      canvas.style.width = width + "px";
      canvas.style.height = height + "px";
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    this.ratio = ratio;
    this.overview = null;
    this.draw();
  }

  x(cycle) {
    return this.gutter + (cycle - this.view.from) / this.view.span * (this.width - this.gutter);
  }
  cycle(x) {
    return this.view.from + (x - this.gutter) / (this.width - this.gutter) * this.view.span;
  }
  // What is drawn there: {row, part, cycle}, or null.
  hit(x, y) {
    const at = y + this.scroll.scrollTop;
    const row = this.rows.find((each) => at >= each.top && at < each.top + each.height);
    return row ? { row, y: at - row.top, cycle: this.cycle(x), gutter: x < this.gutter } : null;
  }

  // The segment at the pixel; of several the longest.
  nearest(lane, x) {
    const first = lane.at(this.cycle(x - 1.5)), last = lane.at(this.cycle(x + 1.5));
    let best = lane.at(this.cycle(x));
    const seen = Math.min(last, first + 5000);
    for (let i = Math.max(0, first); i <= seen; ++i) if (lane.to(i) - lane.from[i] > (best < 0 ? -1 : lane.to(best) - lane.from[best])) best = i;
    return best;
  }
  scrollTo(lane) {
    const row = this.rowOf(lane);
    if (!row) return;
    const top = this.scroll.scrollTop;
    if (row.top < top || row.top + row.height > top + this.visible) this.scroll.scrollTop = row.top - this.visible / 2;
    this.draw();
  }
  // Follows it and shows its lane.
  goToTask(task) {
    if (!task) return;
    this.view.setFollow(task);
    this.scroll.scrollTop = 0;
  }

  draw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.drawHead();
      this.drawLanes();
    });
  }
  prepare(canvas) {
    const context = canvas.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = this.colour.page;
    context.fillRect(0, 0, this.width, canvas.height / this.ratio);
    context.textBaseline = "middle";
    return context;
  }
  // Everything right of the names.
  clipped(context, height, paint) {
    context.save();
    context.beginPath();
    context.rect(this.gutter, 0, this.width - this.gutter, height);
    context.clip();
    paint();
    context.restore();
  }

  // ---- the whole run, flags, axis

  drawHead() {
    const context = this.prepare(this.head);
    this.drawOverview(context);
    this.clipped(context, kHeadHeight, () => {
      this.drawFlags(context, 38, 55);
      this.drawAxis(context, kHeadHeight - 16);
      this.drawMeasure(context, kHeadHeight - 16, kHeadHeight, true);
    });
    context.fillStyle = this.colour.soft;
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "left";
    context.fillText(this.gutter > 100 ? "whole run" : "run", 10, 13);
    context.fillText("moments", 10, 46);
    context.fillText("time", 10, kHeadHeight - 8);
  }
  // Of all harts together; drawn once per width and theme.
  drawOverview(context) {
    const width = this.width - this.gutter, height = 20;
    if (!this.overview) {
      this.overview = Array.from({ length: width }, (_, x) => {
        const sum = new Float64Array(this.data.meta.states.length);
        for (const lane of this.data.harts) lane.shares(x / width * this.view.end, (x + 1) / width * this.view.end).forEach((v, s) => (sum[s] += v));
        return sum;
      });
    }
    this.overview.forEach((sum, x) => this.stackPixel(context, this.gutter + x, 3, height, sum, this.hartOrder, this.hartColours));
    const left = this.gutter + this.view.from / this.view.end * width, right = this.gutter + this.view.to / this.view.end * width;
    context.fillStyle = this.colour.shade;
    context.fillRect(this.gutter, 3, left - this.gutter, height);
    context.fillRect(right, 3, this.width - right, height);
    context.strokeStyle = this.colour.ink;
    context.lineWidth = 1.5;
    context.strokeRect(left, 2.5, Math.max(2, right - left - 1), height + 1);
  }
  // Names where there is room, in two lines; moments at nearly the same place share one.
  drawFlags(context, ...lines) {
    const ends = lines.map(() => -Infinity);
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "left";
    const groups = [];
    for (const flag of this.data.meta.flags) {
      const x = this.x(flag.cycle);
      if (x < this.gutter - 1 || x > this.width) continue;
      const last = groups.at(-1);
      if (last && x - last.x < 9) last.flags.push(flag);
      else groups.push({ x, flags: [flag] });
    }
    this.flagGroups = groups;
    for (const [index, group] of groups.entries()) {
      const room = (groups[index + 1]?.x ?? this.width) - group.x - 10, names = [...group.flags].sort((x, y) => Boolean(y.parting) - Boolean(x.parting)).map((flag) => flag.name);
      let shown = names.length;
      const textOf = () => names.slice(0, shown).join(", ") + (shown < names.length ? ` +${names.length - shown}` : "");
      while (shown > 1 && context.measureText(textOf()).width > room) --shown;
      const text = textOf();
      const width = context.measureText(text).width + 8;
      const left = Math.min(group.x, this.width - width - 2);
      const line = ends.findIndex((end) => left > end), colour = this.flagColour(group);
      context.strokeStyle = colour;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(Math.round(group.x) + 0.5, line < 0 ? 66 : lines[line] - 6);
      context.lineTo(Math.round(group.x) + 0.5, kHeadHeight - 18);
      context.stroke();
      if (line < 0) continue;
      ends[line] = left + width + 4;
      context.fillStyle = colour;
      context.fillRect(Math.round(left), lines[line] - 7, width, 14);
      context.fillStyle = this.colour.page;
      context.fillText(text, Math.round(left) + 4, lines[line] + 0.5);
    }
  }
  axisSteps() {
    const mhz = this.data.meta.run.clock_mhz;
    const step = niceStep(Math.max(1, this.view.span / ((this.width - this.gutter) / 105)));
    return { mhz, step };
  }
  drawAxis(context, y) {
    const { mhz, step } = this.axisSteps();
    context.font = "11px system-ui, sans-serif";
    context.fillStyle = this.colour.soft;
    context.strokeStyle = this.colour.line;
    context.textAlign = "left";
    for (let cycle = Math.ceil(this.view.from / step) * step; cycle <= this.view.to; cycle += step) {
      const x = Math.round(this.x(cycle)) + 0.5;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x, kHeadHeight);
      context.stroke();
      const text = pointText(cycle, mhz, step);
      if (x + context.measureText(text).width + 6 < this.width) context.fillText(text, x + 4, y + 8.5);
    }
  }

  // ---- lanes

  drawLanes() {
    const context = this.prepare(this.canvas), scroll = this.scroll.scrollTop;
    const rows = this.rows.filter((row) => row.top + row.height > scroll && row.top < scroll + this.visible);
    this.clipped(context, this.visible, () => {
      const { step } = this.axisSteps();
      context.strokeStyle = this.colour.grid;
      for (let cycle = Math.ceil(this.view.from / step) * step; cycle <= this.view.to; cycle += step) {
        const x = Math.round(this.x(cycle)) + 0.5;
        context.beginPath();
        context.moveTo(x, 0);
        context.lineTo(x, this.visible);
        context.stroke();
      }
      for (const row of rows) {
        const y = row.top - scroll;
        if (row.kind === "hart") this.drawHart(context, row, y);
        if (row.kind === "task") this.drawTask(context, row, y);
      }
      if (this.view.follow) this.drawFollowed(context, scroll);
      this.drawFlagLines(context);
      this.drawArrows(context, scroll);
      this.drawSelection(context, scroll);
      this.drawMeasure(context, 0, this.visible, false);
      if (this.view.pointer !== null) this.line(context, this.view.pointer, this.colour.soft, [2, 3]);
    });
    for (const row of rows) this.drawName(context, row, row.top - scroll);
    context.strokeStyle = this.colour.line;
    context.beginPath();
    context.moveTo(this.gutter - 0.5, 0);
    context.lineTo(this.gutter - 0.5, this.visible);
    context.stroke();
  }
  drawName(context, row, y) {
    context.fillStyle = this.colour.page;
    context.textAlign = "left";
    if (row.kind === "heading") {
      context.fillStyle = this.colour.panel;
      context.fillRect(0, y, this.width, row.height);
      context.fillStyle = this.colour.soft;
      context.font = "600 11px system-ui, sans-serif";
      context.fillText(row.text, 10, y + row.height / 2 + 0.5);
      return;
    }
    const followed = row.kind === "task" && row.id === this.view.follow;
    context.fillStyle = followed ? this.colour.accent : this.colour.ink;
    const wide = this.gutter > 100;
    context.font = (row.kind === "hart" || followed ? "600 " : "") + "12px system-ui, sans-serif";
    const middle = y + (row.kind === "hart" ? kBand.top + kBand.height / 2 : row.height / 2) + 0.5;
    context.fillText(this.fitted(context, row.label, this.gutter - (wide && row.kind === "task" ? 52 : 14)), 10, middle);
    if (!wide) return;
    context.fillStyle = this.colour.soft;
    context.font = "10px system-ui, sans-serif";
    context.textAlign = "right";
    if (row.kind === "task") context.fillText("pid " + this.data.meta.tasks[row.id].pid, this.gutter - 6, middle);
    else {
      context.fillText("IRQs off", this.gutter - 6, y + 28);
      context.fillText("ticks, kicks", this.gutter - 6, y + 41);
    }
  }
  fitted(context, text, width) {
    if (context.measureText(text).width <= width) return text;
    while (text.length > 1 && context.measureText(text + "\u2026").width > width) text = text.slice(0, -1);
    return text + "\u2026";
  }

  drawHart(context, row, y) {
    const lane = row.lane, task = this.stateNamed("task");
    this.drawLane(context, lane, y + kBand.top, kBand.height, this.hartColours, this.hartOrder,
      (i) => lane.state[i] === task ? this.taskColours[lane.task[i] % 3] : this.hartColours[lane.state[i]],
      (i) => lane.state[i] === task ? this.data.meta.tasks[lane.task[i]].comm : this.segmentName(lane, i));
    this.drawLane(context, this.data.irqsOff[row.id], y + kStrip.top, kStrip.height, this.stripColours, [1], (i) => this.stripColours[this.data.irqsOff[row.id].state[i]]);
    const marks = this.data.marks[row.id];
    this.drawPoints(context, marks.get("tick"), y + kTicks.top, kTicks.height, this.colour.soft, 1);
    this.drawPoints(context, marks.get("tick!"), y + kTicks.top - 2, kTicks.height + 2, this.colour.ink, 2);
    this.drawPoints(context, marks.get("kick"), y + kKicks.top, kKicks.height, this.colour.accent, 2);
    this.drawPoints(context, marks.get("kick!"), y + kKicks.top, kKicks.height, this.colour["dispatch-loop"], 2);
    for (const name of ["hw_watchdog_bark", "hw_watchdog_bite", "scx_error"]) this.drawAlarm(context, marks.get(name), y, name);
  }
  stateNamed(name) {
    return this.data.meta.states.findIndex((state) => state.name === name);
  }
  // What is written into a segment that is wide enough.
  segmentName(lane, i) {
    const schema = this.data.meta.schema, name = this.data.meta.states[lane.state[i]].name;
    const detail = lane.detail[i];
    if (name === "interrupt") return schema.enums.cause[detail] || name;
    if (name === "dispatch loop") return detail ? `dispatch loop, ${detail} calls` : name;
    if (name === "balance") return detail ? `balance, ${detail} ${detail === 1 ? "call" : "calls"}` : name;
    if (name === "IRQs off") return schema.enums.site[detail] || name;
    return name;
  }
  drawTask(context, row, y) {
    const lane = row.lane;
    this.drawLane(context, lane, y + 3, row.height - 6, this.taskStateColours, [kWoken, kPreempted, kRuns, kAsleep],
      (i) => lane.state[i] === kRuns ? this.taskColours[lane.id % 3] : this.taskStateColours[lane.state[i]],
      (i) => lane.state[i] === kRuns ? "hart " + lane.hart[i] : lane.state[i] === kAsleep ? "" : "waits for hart " + lane.hart[i]);
  }

  // `colourOf` a segment; `colours` of states where several share a pixel, stacked in `order`; `textOf` a segment.
  drawLane(context, lane, y, height, colours, order, colourOf, textOf) {
    if (lane.count === 0) return;
    const right = this.width, shares = new Float64Array(lane.states);
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "left";
    let i = Math.max(0, lane.at(this.view.from));
    for (let x = this.gutter; x < right;) {
      const from = Math.max(this.cycle(x), lane.from[0]), to = this.cycle(x + 1);
      if (to <= from) {
        x = Math.max(x + 1, Math.floor(this.x(from)));
        continue;
      }
      i = lane.at(from, i);
      if (from >= lane.end) return;
      if (lane.to(i) >= to) {
        const end = Math.max(x + 1, Math.min(right, Math.floor(this.x(lane.to(i)))));
        context.fillStyle = colourOf(i);
        context.fillRect(x, y, end - x, height);
        if (textOf && end - x > 26) this.drawText(context, textOf(i), x, y, end - x, height);
        x = end;
        continue;
      }
      const last = lane.at(to, i);
      shares.fill(0);
      lane.addShares(shares, from, to, i, last);
      this.stackPixel(context, x, y, height, shares, order, colours);
      i = last;
      ++x;
    }
  }
  drawText(context, text, x, y, width, height) {
    if (!text) return;
    context.fillStyle = contrast(context.fillStyle);
    const fitted = this.fitted(context, text, width - 8);
    if (fitted.length > 2) context.fillText(fitted, x + 4, y + height / 2 + 0.5);
  }
  stackPixel(context, x, y, height, shares, order, colours) {
    let total = 0;
    for (const share of shares) total += share;
    if (total === 0) return;
    let bottom = y + height;
    for (const state of order) {
      if (shares[state] === 0) continue;
      const part = shares[state] / total * height;
      context.fillStyle = colours[state];
      context.fillRect(x, bottom - part, 1, part);
      bottom -= part;
    }
  }
  drawPoints(context, cycles, y, height, colour, width) {
    if (!cycles) return;
    context.fillStyle = colour;
    let last = -Infinity;
    for (let i = lowerBound(cycles, this.view.from); i < cycles.length && cycles[i] <= this.view.to;) {
      const x = Math.round(this.x(cycles[i]) - width / 2);
      if (x > last) context.fillRect(x, y, width, height);
      last = x;
      const next = this.cycle(x + 1 + width / 2);  // no point twice on a pixel, however many there are
      i = Math.max(i + 1, lowerBound(cycles, next));
    }
  }
  drawAlarm(context, cycles, y, name) {
    for (const cycle of cycles || []) {
      const x = this.x(cycle);
      if (x < this.gutter - 8 || x > this.width + 8) continue;
      context.fillStyle = this.colour.ink;
      context.beginPath();
      context.moveTo(x, y + kBand.top + kBand.height);
      context.lineTo(x - 6, y + kBand.top - 4);
      context.lineTo(x + 6, y + kBand.top - 4);
      context.fill();
      context.fillStyle = this.colour.page;
      context.font = "700 9px system-ui, sans-serif";
      context.textAlign = "center";
      context.fillText(name === "hw_watchdog_bite" ? "R" : "!", x, y + kBand.top + 2);
    }
  }

  // ---- on top of the lanes

  // Of the followed task only: where it ran, where it waited, and its way from hart to hart.
  drawFollowed(context, scroll) {
    const lane = this.data.tasks[this.view.follow], rows = this.rows.filter((row) => row.kind === "hart");
    context.fillStyle = this.colour.shade;
    for (const row of rows) context.fillRect(this.gutter, row.top - scroll + kBand.top, this.width - this.gutter, kBand.height);
    let i = Math.max(0, lane.at(this.view.from)), previous = null, lastX = -1;
    for (; i < lane.count && lane.from[i] < this.view.to; ++i) {
      if (lane.state[i] === kAsleep) continue;
      const row = rows[lane.hart[i]];
      if (!row) continue;
      const x = this.x(lane.from[i]), width = Math.max(1.5, this.x(lane.to(i)) - x), y = row.top - scroll + kBand.top;
      if (x + width < lastX + 0.5 && previous === row) continue;  // drawn on the same pixel
      const runs = lane.state[i] === kRuns;
      context.fillStyle = runs ? this.colour.accent : this.taskStateColours[lane.state[i]];
      if (runs) context.fillRect(x, y, width, kBand.height);
      else context.fillRect(x, y + kBand.height / 2 - 3, width, 6);
      if (previous && previous !== row) {
        context.strokeStyle = this.colour.accent;
        context.lineWidth = 1.5;
        context.beginPath();
        context.moveTo(x, previous.top - scroll + kBand.top + kBand.height / 2);
        context.lineTo(x, y + kBand.height / 2);
        context.stroke();
      }
      previous = row;
      lastX = x + width;
    }
  }
  // Where two runs part stands out.
  flagColour(group) {
    return group.flags.some((flag) => flag.parting) ? this.colour.bad : this.colour.ink;
  }
  drawFlagLines(context) {
    for (const group of this.flagGroups || []) {
      const parting = group.flags.find((flag) => flag.parting);
      this.line(context, (parting || group.flags[0]).cycle, this.flagColour(group), parting ? [] : [1, 3]);
    }
  }
  line(context, cycle, colour, dash) {
    const x = Math.round(this.x(cycle)) + 0.5;
    context.save();
    context.setLineDash(dash);
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, this.visible);
    context.stroke();
    context.restore();
  }
  // IPIs, from the write to MSIP to the trap; wakeups, from the waking hart to the first run: where there are not too many.
  drawArrows(context, scroll) {
    const rows = this.rows.filter((row) => row.kind === "hart"), { ipis, waits } = this.data;
    const y = (hart) => rows[hart].top - scroll + kBand.top + kBand.height / 2;
    const first = lowerBound(ipis.cycle, this.view.from), last = lowerBound(ipis.cycle, this.view.to);
    this.arrowsHidden = last - first > kArrowsMax;
    const note = this.arrowsNote, text = this.arrowsHidden ? `zoom in for the ${thousands(last - first)} here` : "";
    if (note && note.textContent !== text) note.textContent = text;
    if (!this.arrowsHidden)
      for (let i = first; i < last; ++i)
        if (ipis.trap[i] > 0) this.arrow(context, this.x(ipis.cycle[i]), y(ipis.from[i]), this.x(ipis.cycle[i] + ipis.trap[i] - 1), y(ipis.to[i]), this.colour.ink, []);
    const selected = this.view.selectedWait();
    const drawWakeup = (wait) => {
      if (wait.preempted || wait.ranOn < 0) return;
      this.arrow(context, this.x(wait.from), y(wait.waker), this.x(wait.to), y(wait.ranOn), this.colour.woken, [4, 2]);
    };
    const firstWait = lowerBound(waits.from, this.view.from), lastWait = lowerBound(waits.from, this.view.to);
    if (lastWait - firstWait <= kArrowsMax && !this.arrowsHidden) for (let i = firstWait; i < lastWait; ++i) drawWakeup(waits.wait(i));
    if (selected) drawWakeup(selected);
  }
  arrow(context, x1, y1, x2, y2, colour, dash) {
    context.save();
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = 1.3;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x1, y1);
    if (y1 === y2) context.bezierCurveTo(x1, y1 - 22, x2, y1 - 22, x2, y2 - 11);
    else context.lineTo(x2, y2);
    context.stroke();
    const angle = y1 === y2 ? Math.PI / 2 : Math.atan2(y2 - y1, x2 - x1), tip = y1 === y2 ? y2 - 9 : y2;
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(x2, tip);
    context.lineTo(x2 - 6 * Math.cos(angle - 0.45), tip - 6 * Math.sin(angle - 0.45));
    context.lineTo(x2 - 6 * Math.cos(angle + 0.45), tip - 6 * Math.sin(angle + 0.45));
    context.fill();
    context.restore();
  }
  drawSelection(context, scroll) {
    const selected = this.view.selected();
    if (!selected) return;
    const row = this.rowOf(selected.lane);
    if (!row) return;
    const x = this.x(selected.from), width = Math.max(2, this.x(selected.to) - x);
    context.fillStyle = this.colour.accent;
    context.globalAlpha = 0.06;
    context.fillRect(x, 0, width, this.visible);
    context.globalAlpha = 1;
    context.strokeStyle = this.colour.ink;
    context.lineWidth = 2;
    const [top, height] = row.kind === "hart" ? [kBand.top, kBand.height] : [2, row.height - 4];
    context.strokeRect(x - 1, row.top - scroll + top - 1, width + 2, height + 2);
  }
  drawMeasure(context, top, bottom, named) {
    const { a, b } = this.view;
    if (a !== null && b !== null && !named) {
      const [left, right] = [this.x(Math.min(a, b)), this.x(Math.max(a, b))];
      context.fillStyle = this.colour.interrupt;
      context.globalAlpha = 0.13;
      context.fillRect(left, top, right - left, bottom - top);
      context.globalAlpha = 1;
    }
    for (const [name, cycle] of [["A", a], ["B", b]]) {
      if (cycle === null) continue;
      const x = Math.round(this.x(cycle)) + 0.5;
      context.strokeStyle = this.colour.interrupt;
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(x, top);
      context.lineTo(x, bottom);
      context.stroke();
      if (!named) continue;
      context.fillStyle = this.colour.interrupt;
      context.fillRect(x - 7, top, 14, 14);
      context.fillStyle = "#111418";
      context.font = "700 11px system-ui, sans-serif";
      context.textAlign = "center";
      context.fillText(name, x, top + 7.5);
    }
  }
}

const cssOfState = (name) => name.toLowerCase().replace(/ /g, "-");

// Black or white, whichever can be read on the colour.
function contrast(colour) {
  const match = /^#(..)(..)(..)$/.exec(colour);
  if (!match) return "#111418";
  const [r, g, b] = match.slice(1).map((hex) => parseInt(hex, 16));
  return 0.299 * r + 0.587 * g + 0.114 * b > 120 ? "#111418" : "#ffffff";
}
