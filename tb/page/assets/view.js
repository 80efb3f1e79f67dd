// What part of the run is shown, what is selected, followed and measured. Whatever draws asks here.
class View {
  constructor(data) {
    this.data = data;
    this.end = Math.max(1, data.meta.run.end);
    this.from = 0;
    this.to = this.end;
    this.before = [];        // views to go back to
    this.selection = null;   // {lane, index} or null
    this.follow = 0;         // a task; 0: none
    this.a = this.b = null;  // cycles
    this.pointer = null;     // the cycle under the pointer
    this.listeners = [];
  }
  get span() {
    return this.to - this.from;
  }
  onChange(listener) {
    this.listeners.push(listener);
  }
  changed(what) {
    for (const listener of this.listeners) listener(what);
  }
  // Within the run, and not closer than 20 cycles.
  show(from, to, remember = false) {
    if (remember) this.remember();
    const span = Math.min(this.end, Math.max(20, to - from));
    const center = (from + to) / 2;
    this.from = Math.max(0, Math.min(this.end - span, center - span / 2));
    this.to = this.from + span;
    this.changed("view");
  }
  remember() {
    this.before.push([this.from, this.to]);
    if (this.before.length > 100) this.before.shift();
  }
  back() {
    const last = this.before.pop();
    if (last) this.show(...last);
  }
  zoom(factor, around = (this.from + this.to) / 2) {
    this.show(around - (around - this.from) * factor, around + (this.to - around) * factor);
  }
  pan(cycles) {
    const shift = Math.max(-this.from, Math.min(this.end - this.to, cycles));
    this.show(this.from + shift, this.to + shift);
  }
  showAround(from, to) {
    const room = Math.max(60, (to - from) * 0.6);
    this.show(from - room, to + room, true);
  }
  // Scrolls to a cycle only if it is not in view.
  reveal(from, to = from) {
    if (from >= this.from && to <= this.to) return;
    const span = Math.max(this.span, (to - from) * 1.2);
    this.show((from + to - span) / 2, (from + to + span) / 2, true);
  }
  select(lane, index) {
    this.selection = lane && index >= 0 ? { lane, index } : null;
    this.changed("selection");
  }
  // The span of the selection, or null.
  selected() {
    if (!this.selection) return null;
    const { lane, index } = this.selection;
    return { lane, index, from: lane.from[index], to: lane.to(index) };
  }
  // The task that the selection is about; 0: none.
  selectedTask() {
    if (!this.selection) return 0;
    const { lane, index } = this.selection;
    return lane.kind === "task" ? lane.id : lane.kind === "hart" ? lane.task[index] : 0;
  }
  // The wait that is selected, or null: none, or one that the page has no ledger of.
  selectedWait() {
    if (!this.selection || this.selection.lane.kind !== "task") return null;
    const { lane, index } = this.selection;
    const state = lane.state[index];
    if (state !== kWoken && state !== kPreempted) return null;
    const waits = this.data.waits, ofTask = waits.ofTask[lane.id];
    const place = lowerBound(ofTask, lane.from[index], (i) => waits.from[i]);
    const found = place < ofTask.length ? waits.wait(ofTask[place]) : null;
    return found && found.from === lane.from[index] ? found : null;
  }
  selectWait(index) {
    const wait = this.data.waits.wait(index), lane = this.data.tasks[wait.task];
    this.select(lane, lane.at(wait.from));
    return wait;
  }
  setFollow(task) {
    this.follow = task;
    this.changed("follow");
  }
  setMark(which, cycle) {
    this[which] = cycle === null ? null : Math.max(0, Math.min(this.end, Math.round(cycle)));
    this.changed("marks");
  }
  // The address of the page names what is in view, so that a link shows the same.
  get address() {
    const { tasks } = this.data.meta;
    return `#view=${Math.round(this.from)}-${Math.round(this.to)}` + (this.follow ? `&task=${encodeURIComponent(tasks[this.follow].comm)}` : "");
  }
  goToAddress(address) {
    const view = /view=(\d+)-(\d+)/.exec(address), task = /task=([^&]+)/.exec(address);
    if (view) this.show(Number(view[1]), Number(view[2]));
    if (task) this.setFollow(Math.max(0, this.data.meta.tasks.findIndex((each) => each.comm === decodeURIComponent(task[1]))));
  }
  clear() {
    this.a = this.b = null;
    this.selection = null;
    this.follow = 0;
    this.changed("selection");
  }
}

const kAsleep = 0, kWoken = 1, kPreempted = 2, kRuns = 3;
const kTaskStates = [
  { name: "asleep", css: "asleep" },
  { name: "waits since its wakeup", css: "woken" },
  { name: "waits since it lost the CPU", css: "preempted" },
  { name: "runs", css: "task" },
];
