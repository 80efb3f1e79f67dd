// Two runs, one above the other, on one scale.

// What one shows, the other one shows: the part in view, the pointer, the marks, the followed task by its name.
function link(views) {
  let busy = false;
  const idOf = (view, name) => Math.max(0, view.data.meta.tasks.findIndex((task, id) => id > 0 && task.comm === name));
  const copy = (from, to) => {
    for (const name of ["from", "to", "pointer", "a", "b"]) to[name] = from[name];
    to.follow = from.follow ? idOf(to, from.data.meta.tasks[from.follow].comm) : 0;
  };
  for (const view of views)
    view.onChange((what) => {
      if (busy) return;
      busy = true;
      for (const other of views) {
        if (other === view) continue;
        copy(view, other);
        if (what !== "selection" || (view.selection === null && view.follow === 0)) other.changed(what);
      }
      busy = false;
    });
}

function sideOf(data, view, part, ranks) {
  const { run } = data.meta;
  document.getElementById("name" + part).textContent = run.sentence || run.dir;
  const timeline = new Timeline(data, view, part, ranks), details = new Details(data, view, part);
  return new LaneControls(data, view, timeline, details, part);
}

// The order of the tasks in the lanes, by name.
function ranksOf(side) {
  const names = side.timeline.rows.filter((row) => row.kind === "task").map((row) => row.label);
  return new Map([...new Set(names)].map((name, rank) => [name, rank]));
}

function bindPartings(sides) {
  for (const button of document.querySelectorAll("[data-go]")) {
    const cycles = sides.map((side) => side.data.meta.flags.find((flag) => flag.parting && flag.name === button.dataset.go)?.cycle).filter((cycle) => cycle !== undefined);
    button.disabled = cycles.length === 0;
    const room = 50 * sides[0].mhz;
    button.addEventListener("click", () => sides[0].view.show(Math.min(...cycles) - room, Math.max(...cycles) + room, true));
  }
}

async function main() {
  const [a, b] = await Promise.all(["-a", "-b"].map(readPage));
  const views = [a, b].map((data) => {
    const view = new View(data);
    view.end = view.to = Math.max(1, data.meta.run.end, data.meta.other_end);
    return view;
  });
  fillLegend(a.meta);
  link(views);
  const first = sideOf(a, views[0], "-a"), second = sideOf(b, views[1], "-b", ranksOf(first));
  const sides = [first, second];
  const notes = [a, b].flatMap((data, i) => data.meta.left_out.map((note) => `${"AB"[i]}: ${note}`));
  document.getElementById("notes").append(...notes.map((note) => make("p", { class: "note" }, note)));
  new Controls(sides, null);
  bindPartings(sides);
  bindTheme(sides.map((side) => side.timeline));
  bindAddress(views[0]);
  document.documentElement.dataset.ready = "";
}

main();
