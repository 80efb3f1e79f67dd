// Reads the lists that the builder packed (sections.h says what each holds).
class Bytes {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  // LEB128. Beyond 2^53 the result is rounded: cycles and counts stay below.
  number() {
    const bytes = this.bytes;
    let byte = bytes[this.at++];
    if (byte < 0x80) return byte;
    let value = byte & 0x7f, scale = 128;
    do {
      byte = bytes[this.at++];
      value += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    return value;
  }
  fill(array) {
    for (let i = 0; i < array.length; ++i) array[i] = this.number();
    return array;
  }
  // Differences to sums.
  sums(length) {
    const array = new Float64Array(length);
    for (let i = 0, sum = 0; i < length; ++i) array[i] = sum += this.number();
    return array;
  }
}

function bytesOfBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

async function section(name) {
  const element = document.getElementById("data-" + name);
  const packed = bytesOfBase64(element.textContent);
  element.remove();
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Bytes(new Uint8Array(await new Response(stream).arrayBuffer()));
}

function readHarts(bytes, meta) {
  const lanes = [];
  for (let hart = 0; hart < meta.run.harts; ++hart) {
    const n = bytes.number(), from = bytes.sums(n);
    const state = bytes.fill(new Uint8Array(n)), task = bytes.fill(new Uint32Array(n)), detail = bytes.fill(new Uint32Array(n));
    lanes.push(new Lane({ kind: "hart", id: hart, from, state, task, detail, end: meta.run.end, states: meta.states.length }));
  }
  return lanes;
}

// As a lane of two states, off and on, so that it is drawn as the others.
function readIrqsOff(bytes, meta) {
  const lanes = [];
  for (let hart = 0; hart < meta.run.harts; ++hart) {
    const n = bytes.number(), gaps = bytes.fill(new Float64Array(n)), lengths = bytes.fill(new Float64Array(n));
    const from = new Float64Array(2 * n + 1), state = new Uint8Array(2 * n + 1);
    let cycle = 0;
    for (let i = 0; i < n; ++i) {
      from[2 * i + 1] = cycle += gaps[i];
      state[2 * i + 1] = 1;
      from[2 * i + 2] = cycle += lengths[i];
    }
    const lane = new Lane({ kind: "irqs-off", id: hart, from, state, end: meta.run.end, states: 2 });
    lane.lengths = lengths;
    lanes.push(lane);
  }
  return lanes;
}

function readTasks(bytes, meta) {
  return meta.tasks.map((_, id) => {
    const n = bytes.number(), from = bytes.sums(n), packed = bytes.fill(new Uint32Array(n));
    const state = new Uint8Array(n), hart = new Uint8Array(n);
    for (let i = 0; i < n; ++i) {
      state[i] = packed[i] & 3;
      hart[i] = packed[i] >> 2;
    }
    return new Lane({ kind: "task", id, from, state, hart, end: meta.run.end, states: 4 });
  });
}

function readWaits(bytes, meta) {
  const n = bytes.number(), from = bytes.sums(n), cycles = bytes.fill(new Float64Array(n)), task = bytes.fill(new Uint32Array(n));
  const packed = bytes.fill(new Uint32Array(n)), waker = bytes.fill(new Uint8Array(n)), ran = bytes.fill(new Uint8Array(n));
  const causesAt = new Uint32Array(n);
  for (let i = 0; i < n; ++i) {
    causesAt[i] = bytes.at;
    for (let left = 3 * bytes.number(); left > 0; --left) bytes.number();
  }
  const ofTask = meta.tasks.map(() => []);
  for (let i = 0; i < n; ++i) ofTask[task[i]].push(i);
  const wait = (i) => ({
    index: i, task: task[i], from: from[i], to: from[i] + cycles[i], cycles: cycles[i], preempted: (packed[i] & 1) === 1,
    hart: packed[i] >> 1, waker: waker[i], ranOn: ran[i] - 1,
  });
  // [{state, task, cycles}], whose sum is the wait.
  const ledger = (i) => {
    const reader = new Bytes(bytes.bytes);
    reader.at = causesAt[i];
    return Array.from({ length: reader.number() }, () => ({ state: reader.number(), task: reader.number(), cycles: reader.number() }));
  };
  return { count: n, from, cycles, task, ofTask, wait, ledger, preempted: (i) => (packed[i] & 1) === 1 };
}

function readIpis(bytes) {
  const n = bytes.number(), cycle = bytes.sums(n);
  return {
    count: n, cycle, from: bytes.fill(new Uint8Array(n)), to: bytes.fill(new Uint8Array(n)), reason: bytes.fill(new Uint8Array(n)),
    trap: bytes.fill(new Float64Array(n)),
  };
}

// By hart and kind of event: cycles, and which of them are special.
function readMarks(bytes, meta) {
  const n = bytes.number(), cycle = bytes.sums(n), hart = bytes.fill(new Uint8Array(n)), kind = bytes.fill(new Uint16Array(n));
  const harts = Array.from({ length: meta.run.harts }, () => new Map());
  for (let i = 0; i < n; ++i) {
    const name = meta.schema.events[kind[i] >> 1].name + (kind[i] & 1 ? "!" : "");
    const map = harts[hart[i]];
    if (!map.has(name)) map.set(name, []);
    map.get(name).push(cycle[i]);
  }
  return harts;
}

// `part` tells the data of one run from those of another one on the same page: "-a", "-b".
async function readPage(part = "") {
  const meta = JSON.parse(document.getElementById("data-meta" + part).textContent);
  const names = ["harts", "irqs-off", "tasks", "waits", "ipis", "marks"];
  const [harts, irqsOff, tasks, waits, ipis, marks] = await Promise.all(names.map((name) => section(name + part)));
  return {
    meta, harts: readHarts(harts, meta), irqsOff: readIrqsOff(irqsOff, meta), tasks: readTasks(tasks, meta),
    waits: readWaits(waits, meta), ipis: readIpis(ipis), marks: readMarks(marks, meta),
  };
}
