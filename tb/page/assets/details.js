// Beside the lanes: the selected segment or wait with its ledger, and what lies between A and B.
class Details {
  constructor(data, view, part = "") {
    this.data = data;
    this.view = view;
    this.element = document.getElementById("details" + part);
    this.mhz = data.meta.run.clock_mhz;
    view.onChange((what) => what !== "view" && what !== "pointer" && this.show());
    this.show();
  }
  show() {
    const parts = [];
    if (this.view.a !== null && this.view.b !== null) parts.push(...this.measure());
    const selected = this.view.selected();
    if (selected) parts.push(...(selected.lane.kind === "task" ? this.taskSegment(selected) : this.hartSegment(selected)));
    this.element.classList.toggle("empty", parts.length === 0);
    if (parts.length === 0) parts.push(...this.help());
    this.element.replaceChildren(...parts);
  }
  help() {
    const longest = this.longestWait();
    const parts = [
      make("h2", {}, "Nothing selected"),
      make("p", {}, "Click a segment of a lane. A wait (purple, in the lane of a task) shows its ledger: what its CPU did meanwhile, cycle by cycle."),
    ];
    if (longest !== null)
      parts.push(make("div", { class: "buttons" }, this.button("the longest wait of this run", () => this.goToWait(longest))));
    if (this.whys.length > 0) parts.push(make("h3", {}, "Longest waits"), this.longestWaits());
    parts.push(make("p", {}, "Drag moves, Ctrl + wheel zooms, Shift + wheel moves sideways. ", make("kbd", {}, "?"), " names all keys."));
    return parts;
  }
  longestWait() {
    const { cycles, count } = this.data.waits;
    let best = null;
    for (let i = 0; i < count; ++i) if (best === null || cycles[i] > cycles[best]) best = i;
    return best;
  }
  get whys() {
    return this.data.meta.whys || [];
  }
  // One line for each task that waited longest.
  longestWaits() {
    const { waits } = this.data, seen = new Set(), rows = [];
    for (const why of this.whys) {
      const task = waits.task[why.wait];
      if (seen.has(task) || rows.length === 6) continue;
      seen.add(task);
      const open = make("button", { class: "link", onclick: () => this.goToWait(why.wait) }, this.taskName(task));
      rows.push(make("tr", {}, make("td", {}, open), make("td", {}, timeText(waits.cycles[why.wait], this.mhz)), make("td", {}, why.verdict.replace(/_/g, " "))));
    }
    return make("table", { class: "ledger", id: "longest-waits" }, ...rows);
  }
  goToWait(index) {
    const wait = this.view.selectWait(index);
    this.view.showAround(wait.from, wait.to);
  }
  button(text, action) {
    return make("button", { onclick: action }, text);
  }
  facts(...pairs) {
    return make("dl", {}, ...pairs.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  }
  span(from, to) {
    const point = (cycle) => `${pointText(cycle, this.mhz, this.mhz / 10)}, cycle ${thousands(cycle)}`;
    return [["from", point(from)], ["to", point(to)], ["length", `${timeText(to - from, this.mhz)}, ${cyclesText(to - from)}`]];
  }
  taskName(id) {
    const task = this.data.meta.tasks[id];
    return id === 0 ? "idle" : `${task.comm} [${task.pid}]`;
  }
  className(id) {
    return this.data.meta.schema.enums.class[this.data.meta.tasks[id].class];
  }
  buttonsOf(selected) {
    const task = this.view.selectedTask();
    const buttons = [this.button("zoom to it", () => this.view.showAround(selected.from, selected.to))];
    if (task) buttons.push(this.button("follow " + this.data.meta.tasks[task].comm, () => this.view.setFollow(task)));
    return make("div", { class: "buttons" }, ...buttons);
  }

  hartSegment(selected) {
    const { lane, index, from, to } = selected, { schema, states } = this.data.meta;
    const state = states[lane.state[index]], detail = lane.detail[index], pairs = [["on hart", String(lane.id)], ["task", this.taskName(lane.task[index])]];
    if (state.name === "interrupt") pairs.push(["cause", schema.enums.cause[detail] || String(detail)]);
    if (state.name === "IRQs off") pairs.push(["site", schema.enums.site[detail] || String(detail)]);
    if ((state.name === "dispatch loop" || state.name === "balance") && detail > 0) pairs.push(["calls of ops.dispatch()", thousands(detail)]);
    return [
      make("h2", {}, this.swatch(lane.state[index]), state.name), make("p", {}, state.meaning),
      this.facts(...pairs, ...this.span(from, to)), this.buttonsOf(selected),
    ];
  }
  taskSegment(selected) {
    const { lane, index, from, to } = selected, wait = this.view.selectedWait();
    const title = make("h2", {}, this.taskName(lane.id)), state = lane.state[index];
    const pairs = [["class", this.className(lane.id)], ["state", kTaskStates[state].name]];
    if (state === kRuns) pairs.push(["on hart", String(lane.hart[index])]);
    if (wait) {
      pairs.push(["for hart", String(wait.hart)], [wait.preempted ? "lost it on hart" : "woken by hart", String(wait.waker)]);
      pairs.push(["then ran on", wait.ranOn < 0 ? "none: the log ends" : "hart " + wait.ranOn]);
    }
    const parts = [title, this.facts(...pairs, ...this.span(from, to)), this.buttonsOf(selected)];
    if (wait) parts.push(...this.why(wait), ...this.ledger(wait));
    else if (state === kWoken || state === kPreempted) parts.push(make("p", {}, "This page has no ledger of this wait."));
    return parts;
  }
  // Why it was that long: of the longest waits of the run only.
  why(wait) {
    const found = this.whys.find((each) => each.wait === wait.index);
    if (!found) return [];
    const rows = found.causes.map((cause) => [[cause.text], cause.cycles]);
    const step = ({ cycle, hart, text }) =>
      make("li", {}, make("button", { class: "link", onclick: () => this.view.showAround(cycle - 2000, cycle + 2000) }, pointText(cycle, this.mhz, 1)), ` ${hart === undefined ? "" : `hart ${hart}: `}${text}`);
    return [
      make("h3", {}, `Why: ${found.verdict.replace(/_/g, " ")}`), make("p", { id: "why" }, found.sentence),
      this.table(rows, wait.cycles, "causes"), make("h3", {}, "The way back"), make("ol", { class: "steps" }, ...found.steps.map(step)),
    ];
  }
  ledger(wait) {
    const causes = this.data.waits.ledger(wait.index);
    const sum = causes.reduce((total, cause) => total + cause.cycles, 0);
    return [
      make("h3", {}, `Ledger: what hart ${wait.hart} did meanwhile`),
      this.stack(causes.map((cause) => ({ colour: this.colour(cause.state), cycles: cause.cycles, name: this.causeText(cause) }))),
      this.table(causes.map((cause) => [[this.swatch(cause.state), this.causeText(cause)], cause.cycles]), sum, "ledger"),
    ];
  }
  causeText(cause) {
    const name = this.data.meta.states[cause.state].name;
    if (name === "task") return this.taskName(cause.task) + " runs";
    if (name === "IRQs off") return "IRQs off, " + this.taskName(cause.task);
    return name;
  }
  colour(state) {
    return `var(--${cssOfState(this.data.meta.states[state].name)})`;
  }
  swatch(state) {
    return make("i", { class: "swatch", style: `background: ${this.colour(state)}; margin-right: 6px` });
  }
  stack(parts) {
    return make("div", { class: "stack" }, ...parts.map((part) => make("div", { style: `flex: ${part.cycles} 0 0; background: ${part.colour}`, title: `${part.name}: ${cyclesText(part.cycles)}` })));
  }
  table(rows, sum, id) {
    const cells = (name, cycles) => [make("td", {}, ...[name].flat()), make("td", {}, thousands(cycles)), make("td", {}, percentText(cycles, sum))];
    return make("table", { class: "ledger", id },
      make("tr", {}, make("th", {}, "cause"), make("th", {}, "cycles"), make("th", {}, "")),
      ...rows.map(([name, cycles]) => make("tr", {}, ...cells(name, cycles))), make("tr", {}, ...cells("sum", sum)));
  }

  measure() {
    const from = Math.min(this.view.a, this.view.b), to = Math.max(this.view.a, this.view.b);
    const parts = [make("h2", {}, "A to B"), this.facts(...this.span(from, to))];
    for (const lane of this.data.harts.slice(0, 8)) {
      const shares = lane.shares(from, to);
      const named = Array.from(shares, (cycles, state) => ({ colour: this.colour(state), cycles, name: this.data.meta.states[state].name })).filter((part) => part.cycles > 0);
      const most = [...named].sort((x, y) => y.cycles - x.cycles).slice(0, 3).map((part) => `${part.name} ${percentText(part.cycles, to - from)}`).join(", ");
      parts.push(make("div", {}, `hart ${lane.id}: ${most}`), this.stack(named));
    }
    if (this.data.harts.length > 8) parts.push(make("p", {}, `and ${this.data.harts.length - 8} more harts`));
    return parts;
  }
}
