// The table of events: decoded from the records of the log when it is first shown.
const kRowHeight = 20;
const kMaxScroll = 8e6;  // browsers draw no taller element; more rows share it

class EventTable {
  constructor(data, view, bytes) {
    this.data = data;
    this.view = view;
    this.schema = data.meta.schema;
    this.bytes = bytes;
    this.text = new TextDecoder();
    this.index();
    this.shown = null;  // numbers of the matching events; null: all
    this.filtering = 0;
  }
  // Where each record is.
  index() {
    const reader = new Bytes(this.bytes.bytes), size = reader.bytes.length;
    const cycles = [], harts = [], kinds = [], at = [];
    for (let cycle = 0; reader.at < size;) {
      cycle += reader.number();
      cycles.push(cycle);
      harts.push(reader.number());
      kinds.push(reader.number());
      const length = reader.number();
      at.push(reader.at);
      reader.at += length;
    }
    this.cycle = Float64Array.from(cycles);
    this.hart = Uint8Array.from(harts);
    this.kind = Uint8Array.from(kinds);
    this.at = Uint32Array.from(at);
    this.count = cycles.length;
  }
  // [name, value as text] of each field.
  fields(i) {
    const reader = new Bytes(this.bytes.bytes);
    reader.at = this.at[i];
    return this.schema.events[this.kind[i]].fields.map(({ name, type }) => [name, this.value(reader, type)]);
  }
  value(reader, type) {
    if (type === "text") {
      const length = reader.number();
      return this.text.decode(reader.bytes.subarray(reader.at, (reader.at += length)));
    }
    const number = type === "u64" || type === "s64" ? this.wide(reader) : reader.number();
    if (type === "bool") return number ? "true" : "false";
    if (type === "s64") return String(number & 1n ? -(number >> 1n) - 1n : number >> 1n);
    return type === "u64" ? String(number) : this.schema.enums[type][number] || String(number);
  }
  wide(reader) {
    let value = 0n, shift = 0n, byte;
    do {
      byte = reader.bytes[reader.at++];
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
    } while (byte >= 0x80);
    return value;
  }
  name(i) {
    return this.schema.events[this.kind[i]].name;
  }
  fieldsText(i) {
    return this.fields(i).map(([name, value]) => `${name}=${value}`).join(" ");
  }

  // Words that must all be true of an event: hart=1, event=tick, from=1ms, to=2ms, field=value, or a part of its name or of a value.
  matcher(text) {
    const mhz = this.data.meta.run.clock_mhz;
    const tests = text.trim().split(/\s+/).filter(Boolean).map((word) => {
      const [, key, value] = /^(\w+)=(.*)$/.exec(word) || [null, null, word];
      if (key === "hart") return (i) => this.hart[i] === Number(value);
      if (key === "from") return (i) => this.cycle[i] >= cycleOfText(value, mhz);
      if (key === "to") return (i) => this.cycle[i] <= cycleOfText(value, mhz);
      if (key === "event") {
        const names = new Set(value.split(","));
        return (i) => names.has(this.name(i));
      }
      if (key) return (i) => this.fields(i).some(([name, found]) => name === key && found === value);
      const lower = value.toLowerCase();
      const kinds = this.schema.events.map((event) => event.name.includes(lower));
      return (i) => kinds[this.kind[i]] || this.fields(i).some(([, found]) => found.toLowerCase().includes(lower));
    });
    return (i) => tests.every((test) => test(i));
  }
  // In parts, so that the page stays alive.
  async filter(text) {
    const run = ++this.filtering;
    if (!text.trim()) {
      this.shown = null;
      return this.refresh();
    }
    const matches = this.matcher(text), found = [];
    for (let i = 0; i < this.count;) {
      const until = performance.now() + 30;
      for (; i < this.count && performance.now() < until;) for (const stop = Math.min(this.count, i + 500); i < stop; ++i) if (matches(i)) found.push(i);
      this.counter.textContent = `${thousands(found.length)} of ${thousands(i)} ...`;
      await new Promise((resume) => setTimeout(resume));
      if (run !== this.filtering) return;
    }
    this.shown = Uint32Array.from(found);
    this.refresh();
  }

  panel() {
    if (this.element) return this.element;
    this.input = make("input", { type: "search", id: "filter", placeholder: "filter: event=sched_switch hart=1 hog0 from=5ms", "aria-label": "filter", spellcheck: "false" });
    this.counter = make("span", { id: "event-count" });
    this.rows = make("div", { id: "events-rows" });
    this.filler = make("div");
    this.scroll = make("div", { id: "events-scroll", tabindex: "0", "aria-label": "events" }, this.filler, this.rows);
    let wait = 0;
    this.input.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => this.filter(this.input.value), 150);
    });
    this.scroll.addEventListener("scroll", () => this.paint());
    this.rows.addEventListener("click", (event) => this.go(event.target.closest("[data-event]")));
    const here = make("button", { onclick: () => this.goTo(this.view.from) }, "go to the view");
    this.element = make("div", {}, make("div", { class: "events-bar" }, this.input, here, this.counter), this.scroll);
    requestAnimationFrame(() => this.refresh());
    return this.element;
  }
  get length() {
    return this.shown ? this.shown.length : this.count;
  }
  event(row) {
    return this.shown ? this.shown[row] : row;
  }
  refresh() {
    this.height = Math.min(kMaxScroll, this.length * kRowHeight);
    this.filler.style.height = this.height + "px";
    this.counter.textContent = `${thousands(this.length)} events`;
    this.paint();
  }
  paint() {
    const visible = Math.ceil(this.scroll.clientHeight / kRowHeight) + 1, { scrollTop } = this.scroll;
    const room = Math.max(1, this.height - this.scroll.clientHeight), rowsRoom = Math.max(0, this.length - visible + 1);
    const first = Math.floor(Math.min(1, scrollTop / room) * rowsRoom), mhz = this.data.meta.run.clock_mhz;
    this.rows.style.transform = `translateY(${scrollTop}px)`;
    const lines = [];
    for (let row = first; row < Math.min(this.length, first + visible); ++row) {
      const i = this.event(row), ms = (this.cycle[i] / mhz / 1000).toFixed(5);
      lines.push(make("div", { "data-event": i, class: i === this.at_event ? "at" : false },
        `${String(this.cycle[i]).padStart(12)}  ${ms.padStart(12)} ms  hart ${String(this.hart[i]).padEnd(3)} ${this.name(i).padEnd(18)} ${this.fieldsText(i)}`));
    }
    this.rows.replaceChildren(...lines);
  }
  go(row) {
    if (!row) return;
    this.at_event = Number(row.dataset.event);
    const cycle = this.cycle[this.at_event], half = Math.min(this.view.span, 40 * this.data.meta.run.clock_mhz) / 2;
    const lane = this.data.harts[this.hart[this.at_event]];
    this.view.show(cycle - half, cycle + half, true);
    this.view.select(lane, lane.at(cycle));
    this.paint();
  }
  goTo(cycle) {
    const row = lowerBound(this.shown || this.cycle, cycle, this.shown ? (i) => this.cycle[i] : undefined);
    const visible = Math.ceil(this.scroll.clientHeight / kRowHeight) + 1;
    const rowsRoom = Math.max(1, this.length - visible + 1);
    this.scroll.scrollTop = Math.min(1, row / rowsRoom) * Math.max(1, this.height - this.scroll.clientHeight);
    this.paint();
  }
  // The next event of that kind after the cycle, from the begin again if there is none; -1: no such event.
  next(name, cycle) {
    const kind = this.schema.events.findIndex((event) => event.name === name);
    if (kind < 0) return -1;
    const start = lowerBound(this.cycle, cycle + 1);
    for (let n = 0; n < this.count; ++n) {
      const i = (start + n) % this.count;
      if (this.kind[i] === kind) return i;
    }
    return -1;
  }
}
