// Tables of figures, sorted by a click on a title; what is no number comes last. `most`: rows shown at a time. Its show() takes other
// rows, in the same order.
function figures(columns, rows, go, most = Infinity) {
  const body = make("tbody"), rest = make("p", { class: "facts" });
  let order = null, factor = 1;
  const compared = (x, y) => {
    const [a, b] = [order.value(x), order.value(y)];
    if (typeof a === "string") return -factor * a.localeCompare(b);
    return Number.isNaN(a) || Number.isNaN(b) ? Number.isNaN(a) - Number.isNaN(b) : factor * (a - b);
  };
  const fill = () => {
    const sorted = order ? [...rows].sort(compared) : rows;
    body.replaceChildren(...sorted.slice(0, most).map((row) =>
      make("tr", { class: go ? "go" : false, onclick: go ? () => go(row) : () => {} },
        ...columns.map((column) => make("td", { class: column.name ? "name" : false }, column.cell ? column.cell(row) : String((column.text || ((r) => thousands(column.value(r))))(row)))))));
    rest.textContent = rows.length > most ? `${thousands(most)} of ${thousands(rows.length)} rows` : "";
  };
  const heads = columns.map((column) => make("th", { class: column.name ? "name" : false, scope: "col" }, make("button", { title: "sort", onclick: () => sort(column) }, column.title)));
  const sort = (column) => {
    factor = order === column ? -factor : -1;
    order = column;
    const words = rows.length > 0 && typeof column.value(rows[0]) === "string";
    heads.forEach((head, i) => head.setAttribute("aria-sort", columns[i] !== column ? "none" : (factor > 0) !== words ? "ascending" : "descending"));
    fill();
  };
  fill();
  const element = make("div", {}, make("div", { class: "scroll" }, make("table", { class: "figures" }, make("thead", {}, make("tr", {}, ...heads)), body)), rest);
  element.show = (other) => {
    rows = other;
    fill();
  };
  return element;
}

function tasksPanel(data, view, timeline) {
  const mhz = data.meta.run.clock_mhz;
  const us = (cycles) => (cycles / mhz).toFixed(1);
  const rows = Object.entries(data.meta.metrics.tasks || {}).map(([name, task]) => ({ name, ...task })).sort((x, y) => (y.wait.max || 0) - (x.wait.max || 0));
  const time = (title, value) => ({ title, value, text: (row) => us(value(row)) });
  const columns = [
    { title: "task", name: true, value: (r) => r.name, text: (r) => r.name + (r.tasks > 1 ? ` (${r.tasks})` : "") },
    time("runs us", (r) => r.run_cycles),
    { title: "share %", value: (r) => r.share_permille ?? 0, text: (r) => ((r.share_permille ?? 0) / 10).toFixed(1) },
    { title: "wakeups", value: (r) => r.wakeups },
    time("wait p50 us", (r) => r.wait.p50 || 0), time("p99 us", (r) => r.wait.p99 || 0), time("max us", (r) => r.wait.max || 0),
    time("preempted max us", (r) => r.preempted.max || 0), time("slice p50 us", (r) => r.slices.p50 || 0), time("slice max us", (r) => r.slices.max || 0),
    { title: "switches", value: (r) => r.switches.voluntary + r.switches.involuntary },
    { title: "migrations", value: (r) => r.migrations },
  ];
  const go = (row) => timeline.goToTask(data.tasks.find((lane) => lane.count > 0 && data.meta.tasks[lane.id].comm === row.name)?.id);
  return make("div", {}, figures(columns, rows, go), make("p", { class: "facts" }, "Tasks of one name are counted together. A click follows the task."));
}

function hartsPanel(data) {
  const metrics = data.meta.metrics, end = data.meta.run.end, mhz = data.meta.run.clock_mhz;
  const rows = data.harts.map((lane) => ({ lane, hart: lane.id }));
  const count = (title, group) => ({ title, value: (r) => metrics[group]?.per_hart?.[r.hart] ?? 0 });
  const columns = [
    { title: "hart", name: true, value: (r) => r.hart, text: (r) => "hart " + r.hart },
    ...data.meta.states.map((state, index) => ({ title: state.name + " %", value: (r) => r.lane.total[index], text: (r) => (100 * r.lane.total[index] / Math.max(1, end)).toFixed(1) })),
    { title: "longest IRQs off us", value: (r) => metrics.irq_off_cycles?.per_hart?.[r.hart] ?? 0, text: (r) => ((metrics.irq_off_cycles?.per_hart?.[r.hart] ?? 0) / mhz).toFixed(1) },
    count("ticks", "ticks"), count("ticks while trapped", "ticks_served"), count("switches", "switches"), count("IPIs", "ipis"),
  ];
  return make("div", {}, figures(columns, rows), make("p", { class: "facts" }, "Each cycle is in one of the states; the legend of the lanes explains them."));
}

function expectationsPanel(data, view) {
  const rows = data.meta.run.expect || [];
  const columns = [
    { title: "", name: true, value: (r) => (r.passed ? 1 : 0), text: (r) => (r.passed ? "\u2713 held" : "\u2717 failed") },
    { title: "expectation", name: true, value: (r) => r.expected, text: (r) => r.expected },
    { title: "found", name: true, value: (r) => r.found, text: (r) => r.found },
    { title: "cycle", value: (r) => r.cycle ?? -1, text: (r) => (r.cycle === null ? "" : thousands(r.cycle)) },
  ];
  const go = (row) => row.cycle !== null && view.show(row.cycle - 2000, row.cycle + 2000, true);
  const table = figures(columns, rows, go);
  table.querySelectorAll("td.name").forEach((cell) => cell.classList.add("wrap"));
  return table;
}

function replayPanel(data) {
  const run = data.meta.run, lines = [];
  const copy = (text) => make("button", { onclick: (event) => navigator.clipboard?.writeText(text).then(() => (event.target.textContent = "copied")) }, "copy");
  if (run.replay) lines.push(make("h3", {}, "Repeat this run and compare its events ", copy(run.replay)), make("pre", { class: "text" }, run.replay));
  if (run.command) lines.push(make("h3", {}, "Run it from its scenario ", copy(run.command)), make("pre", { class: "text" }, run.command));
  if (run.hash) lines.push(make("p", { class: "facts" }, `hash of the events ${run.hash}; the same configuration and seed give the same one`));
  return make("div", {}, ...lines, make("h3", {}, "config.yaml"), make("pre", { class: "text" }, data.meta.config));
}
