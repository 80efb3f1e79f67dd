// Pointer, wheel, touch, keys, buttons and the search field.
const kKeys = [
  ["\u2190 \u2192", "move"], ["+ \u2212", "zoom at the pointer"], ["Home", "the whole run"], ["Backspace", "the view before"],
  ["Enter", "zoom to the selection"], ["p n", "the segment before, the next segment"], ["w", "the next wait of the selected task"], ["f", "follow the selected task over the harts"],
  ["a b", "set A, B: at the pointer, else at the ends of the selection"], ["Esc", "clear A, B, selection and follow"], ["/", "find; Enter again finds the next"], ["?", "these keys"],
];

// Pointer, wheel and touch on the lanes of one run.
class LaneControls {
  constructor(data, view, timeline, details, part = "") {
    Object.assign(this, { data, view, timeline, details });
    this.mhz = data.meta.run.clock_mhz;
    this.tip = document.getElementById("tip" + part);
    this.bindLanes();
    this.bindHead();
  }

  // One pointer moves, two zoom; a press that does not move selects.
  bindLanes() {
    const canvas = this.timeline.canvas, pointers = new Map();
    let moved = 0;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const spread = () => {
      const [p, q] = [...pointers.values()];
      return { x: (p.x + q.x) / 2, width: Math.max(10, Math.abs(p.x - q.x)) };
    };
    canvas.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, place(event));
      canvas.setPointerCapture(event.pointerId);
      canvas.focus({ preventScroll: true });
      moved = 0;
    });
    canvas.addEventListener("pointermove", (event) => {
      const now = place(event), before = pointers.get(event.pointerId);
      this.view.pointer = this.timeline.cycle(now.x);
      if (!before) {
        this.view.changed("pointer");
        return this.showTip(now);
      }
      this.hideTip();
      const wide = pointers.size === 2 ? spread() : null;
      pointers.set(event.pointerId, now);
      moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      if (moved < 4) return;
      canvas.classList.add("dragging");
      if (wide) {
        const next = spread();
        this.view.zoom(wide.width / next.width, this.timeline.cycle(next.x));
      } else {
        this.view.pan((before.x - now.x) / (this.timeline.width - this.timeline.gutter) * this.view.span);
        if (event.pointerType === "mouse") this.timeline.scroll.scrollTop += before.y - now.y;
      }
    });
    const end = (event) => {
      if (!pointers.delete(event.pointerId)) return;
      canvas.classList.remove("dragging");
      if (event.type === "pointerup" && moved < 4) this.select(place(event));
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("pointerleave", () => {
      this.view.pointer = null;
      this.hideTip();
      this.view.changed("pointer");
    });
    canvas.addEventListener("dblclick", () => this.zoomToSelection());
    canvas.addEventListener("wheel", (event) => {
      const cycles = this.view.span / (this.timeline.width - this.timeline.gutter);
      if (event.ctrlKey || event.metaKey) this.view.zoom(Math.exp(event.deltaY / 300), this.timeline.cycle(place(event).x));
      else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.view.pan((event.deltaX || event.deltaY) * cycles);
      else return;
      event.preventDefault();
    }, { passive: false });
  }
  select(at) {
    const hit = this.timeline.hit(at.x, at.y);
    if (!hit || !hit.row.lane) return this.view.select(null, -1);
    if (hit.gutter) return hit.row.kind === "task" ? this.view.setFollow(this.view.follow === hit.row.id ? 0 : hit.row.id) : undefined;
    this.view.select(hit.row.lane, this.timeline.nearest(hit.row.lane, at.x));
  }
  zoomToSelection() {
    const selected = this.view.selected();
    if (selected) this.view.showAround(selected.from, selected.to);
  }
  bindHead() {
    const { head } = this.timeline;
    let pressed = null;
    const x = (event) => event.clientX - head.getBoundingClientRect().left;
    const cycleIn = (at, whole) => (whole ? (at - this.timeline.gutter) / (this.timeline.width - this.timeline.gutter) * this.view.end : this.timeline.cycle(at));
    head.addEventListener("pointerdown", (event) => {
      const whole = event.clientY - head.getBoundingClientRect().top < 27;
      pressed = { whole, x: x(event) };
      head.setPointerCapture(event.pointerId);
      if (whole) this.centerOn(cycleIn(x(event), true));
      else this.goToFlag(x(event));
    });
    head.addEventListener("pointermove", (event) => {
      if (!pressed) return;
      if (pressed.whole) this.centerOn(cycleIn(x(event), true));
      else this.view.pan((pressed.x - x(event)) / (this.timeline.width - this.timeline.gutter) * this.view.span);
      pressed.x = x(event);
    });
    head.addEventListener("pointerup", () => (pressed = null));
    head.addEventListener("pointercancel", () => (pressed = null));
  }
  centerOn(cycle) {
    this.view.show(cycle - this.view.span / 2, cycle + this.view.span / 2);
  }
  goToFlag(x) {
    const group = (this.timeline.flagGroups || []).find((each) => x >= each.x - 4 && x < each.x + 60);
    if (!group) return;
    const cycles = group.flags.map((flag) => flag.cycle);
    this.view.showAround(Math.min(...cycles) - 2000, Math.max(...cycles) + 2000);
  }

  showTip(at) {
    const text = this.tipText(at), { tip } = this;
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text;
    const top = at.y + this.timeline.head.clientHeight + 18, left = Math.min(at.x + 14, this.timeline.width - tip.offsetWidth - 6);
    tip.style.left = Math.max(4, left) + "px";
    tip.style.top = top + "px";
  }
  hideTip() {
    this.tip.hidden = true;
  }
  tipText(at) {
    const hit = this.timeline.hit(at.x, at.y);
    if (!hit || !hit.row.lane) return "";
    if (hit.gutter) return hit.row.kind === "task" ? "click: follow it" : "";
    const lane = hit.row.lane, i = this.timeline.nearest(lane, at.x);
    if (i < 0) return "";
    const { from, to } = { from: lane.from[i], to: lane.to(i) };
    const length = `${timeText(to - from, this.mhz)}, ${cyclesText(to - from)}`;
    if (lane.kind === "task") {
      const state = kTaskStates[lane.state[i]].name;
      return `${hit.row.label}: ${state}${lane.state[i] === kAsleep ? "" : (lane.state[i] === kRuns ? " on" : " for") + " hart " + lane.hart[i]}\n${length}`;
    }
    return `${this.timeline.segmentName(lane, i)} (${this.details.taskName(lane.task[i])})\n${length}` + this.shareText(lane, at.x);
  }
  // Of a pixel that holds several segments.
  shareText(lane, x) {
    const from = this.timeline.cycle(x), to = this.timeline.cycle(x + 1), first = lane.at(from);
    if (first < 0 || lane.to(first) >= to) return "";
    const shares = lane.shares(from, to), total = shares.reduce((a, b) => a + b, 0);
    const parts = Array.from(shares, (cycles, state) => [cycles, this.data.meta.states[state].name]).filter(([cycles]) => cycles > 0).sort((p, q) => q[0] - p[0]);
    return `\nin this pixel: ${parts.slice(0, 4).map(([cycles, name]) => `${name} ${percentText(cycles, total)}`).join(", ")}`;
  }
}

// Keys, buttons and the search field: for the lanes of which one was touched last.
class Controls {
  // `events`: gives the table of events; null: the page has none.
  constructor(lanes, events) {
    this.active = lanes[0];
    this.events = events;
    this.actions = {
      in: () => this.view.zoom(0.5, this.center()), out: () => this.view.zoom(2, this.center()), all: () => this.view.show(0, this.view.end, true), back: () => this.view.back(),
      previous: () => this.step(-1), next: () => this.step(1), wait: () => this.nextWait(), follow: () => this.view.setFollow(this.view.follow ? 0 : this.view.selectedTask()),
      a: () => this.mark("a"), b: () => this.mark("b"), clear: () => this.view.clear(), keys: () => document.getElementById("keys").showModal(),
    };
    for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", () => this.actions[button.dataset.do]());
    this.bindKeys();
    this.bindFind();
    for (const each of lanes) {
      each.timeline.canvas.addEventListener("pointerdown", () => (this.active = each));
      each.timeline.canvas.addEventListener("focus", () => (this.active = each));
      each.view.onChange(() => this.showState());
    }
    this.showState();
  }
  get data() {
    return this.active.data;
  }
  get view() {
    return this.active.view;
  }
  get timeline() {
    return this.active.timeline;
  }
  center() {
    return this.view.pointer ?? undefined;
  }
  mark(which) {
    const selected = this.view.selected();
    const otherwise = selected ? (which === "a" ? selected.from : selected.to) : (this.view.from + this.view.to) / 2;
    this.view.setMark(which, this.view.pointer ?? otherwise);
  }
  showState() {
    const follow = document.querySelector('[data-do="follow"]');
    follow.setAttribute("aria-pressed", String(this.view.follow !== 0));
    follow.textContent = this.view.follow ? "follows " + this.data.meta.tasks[this.view.follow].comm : "follow";
  }
  step(direction) {
    const { selection } = this.view;
    if (!selection) {
      const lane = this.data.harts[0];
      this.view.select(lane, lane.at((this.view.from + this.view.to) / 2));
      return;
    }
    const index = selection.index + direction, { lane } = selection;
    if (index < 0 || index >= lane.count) return;
    this.view.select(lane, index);
    this.view.reveal(lane.from[index], lane.to(index));
  }
  nextWait() {
    const task = this.view.selectedTask() || this.view.follow;
    const ofTask = this.data.waits.ofTask[task] || [];
    if (ofTask.length === 0) return;
    const after = this.view.selected()?.from ?? -1;
    const place = lowerBound(ofTask, after + 1, (i) => this.data.waits.from[i]);
    const wait = this.view.selectWait(ofTask[place % ofTask.length]);
    this.view.reveal(wait.from, wait.to);
  }

  bindKeys() {
    const keys = document.getElementById("keys");
    keys.append(make("h2", {}, "Keys of the lanes"), make("table", {}, ...kKeys.map(([key, does]) => make("tr", {}, make("td", {}, make("kbd", {}, key)), make("td", {}, does)))),
      make("p", {}, "Drag moves. Ctrl + wheel zooms, Shift + wheel moves sideways. Two fingers zoom. A double click zooms to a segment. A click on the name of a task follows it."),
      make("form", { method: "dialog" }, make("button", {}, "close")));
    const bound = {
      ArrowLeft: () => this.view.pan(-this.view.span / 5), ArrowRight: () => this.view.pan(this.view.span / 5), "+": this.actions.in, "=": this.actions.in, "-": this.actions.out,
      Home: this.actions.all, Backspace: this.actions.back, Enter: () => this.active.zoomToSelection(), p: this.actions.previous, n: this.actions.next, w: this.actions.wait, f: this.actions.follow,
      a: this.actions.a, b: this.actions.b, Escape: this.actions.clear, "?": this.actions.keys, "/": () => document.getElementById("find").focus(),
    };
    document.addEventListener("keydown", (event) => {
      const { target } = event;
      if (target.closest("input, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
      const onControl = target.closest("button, a, #panel, #events-scroll, #tabs");
      if (onControl && (event.key === "Enter" || event.key.startsWith("Arrow") || event.key === "Home")) return;
      const action = bound[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    });
  }

  bindFind() {
    const input = document.getElementById("find"), { meta } = this.data;
    const words = [...new Set(meta.tasks.slice(1).map((task) => task.comm))].concat(this.events ? meta.schema.events.map((event) => event.name) : []);
    document.getElementById("find-list").append(...words.map((word) => make("option", { value: word })));
    document.getElementById("find-form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const found = await this.find(input.value.trim());
      input.setCustomValidity(found ? "" : "nothing is called that");
      input.reportValidity();
    });
    input.addEventListener("input", () => input.setCustomValidity(""));
    input.addEventListener("keydown", (event) => event.key === "Escape" && this.timeline.canvas.focus());
  }
  async find(text) {
    if (!text) return true;
    const { meta } = this.data, hart = /^hart\s*(\d+)$/.exec(text);
    if (hart && this.data.harts[hart[1]]) return this.timeline.scrollTo(this.data.harts[hart[1]]), true;
    const used = this.data.tasks.filter((lane) => lane.id > 0 && lane.count > 0);
    const named = used.filter((lane) => meta.tasks[lane.id].comm === text);
    const tasks = named.length ? named : used.filter((lane) => meta.tasks[lane.id].comm.startsWith(text));
    if (tasks.length) {
      const current = tasks.findIndex((lane) => lane.id === this.view.follow);
      this.timeline.goToTask(tasks[(current + 1) % tasks.length].id);
      return true;
    }
    const cycle = cycleOfText(text, this.active.mhz);
    if (cycle >= 0 && cycle <= this.view.end) {
      const half = Math.min(this.view.span, 200 * this.active.mhz) / 2;
      return this.view.show(cycle - half, cycle + half, true), true;
    }
    if (!this.events) return false;
    const events = await this.events(), after = this.view.selected()?.from ?? this.view.from - 1;
    const event = events.next(text, this.lastEvent === text ? this.lastCycle : after);
    if (event < 0) return false;
    Object.assign(this, { lastEvent: text, lastCycle: events.cycle[event] });
    const lane = this.data.harts[events.hart[event]], half = Math.min(this.view.span, 100 * this.active.mhz) / 2;
    this.view.show(events.cycle[event] - half, events.cycle[event] + half, true);
    this.view.select(lane, lane.at(events.cycle[event]));
    this.timeline.scrollTo(lane);
    return true;
  }
}
