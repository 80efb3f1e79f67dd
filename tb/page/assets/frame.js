// What the pages have around the lanes: legend, theme, address.

// The meaning of every colour and sign of the lanes.
function fillLegend(meta, part = "") {
  const sign = (colour, width, height, y, text, title) =>
    make("span", { title }, make("svg", { viewBox: "0 0 16 13" }, make("rect", { x: 8 - width / 2, y, width, height, style: `fill: ${colour}` })), text);
  const swatch = (css, text, title) => make("span", { title: title || text }, make("i", { style: `background: var(--${css})` }), text);
  const line = (title, ...parts) => make("p", {}, make("b", {}, title), ...parts);
  document.getElementById("legend" + part).append(
    line("harts", ...["task", "idle", "WFI", "interrupt", "IRQs off", "dispatch loop", "balance", "lock wait", "off"].map((name) => {
      const state = meta.states.find((each) => each.name === name);
      return swatch(cssOfState(name), name, state.meaning);
    })),
    line("below", sign("var(--strip)", 15, 4, 5, "interrupts off, whatever runs", "from irq_off or a trap to irq_on; sleep left out"),
    sign("var(--soft)", 1, 6, 4, "tick", "scheduler tick"), sign("var(--ink)", 2, 9, 2, "tick of a trapped hart", "the hart is in a dispatch loop, or between two"),
    sign("var(--dispatch-loop)", 3, 5, 4, "self-kick", "the hart kicks itself"), sign("var(--accent)", 3, 5, 4, "kick of another hart", "a kick of another CPU"),
    make("span", {}, "\u25bc! bark or error, \u25bcR reset")),
    line("tasks", swatch("task", "runs"), swatch("woken", "waits since its wakeup"), swatch("preempted", "waits since it lost the CPU"), swatch("asleep", "asleep")),
    line("arrows", make("span", {}, "\u2192 IPI"), make("span", {}, "\u21e2 wakeup, to the first run"), make("span", { id: "arrows-hidden" + part })));
}

function bindTheme(timelines) {
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const set = (theme) => {
    root.dataset.theme = theme;
    for (const timeline of timelines) {
      timeline.readColours();
      timeline.draw();
    }
  };
  set(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => set(dark.matches ? "dark" : "light"));
  document.getElementById("theme").addEventListener("click", () => set(root.dataset.theme === "dark" ? "light" : "dark"));
}

// Written when nothing has changed for a moment: browsers limit how often.
function bindAddress(view) {
  if (location.hash) view.goToAddress(location.hash);
  let timer = 0;
  const write = () => history.replaceState(null, "", view.address);
  view.onChange((what) => {
    if (what === "pointer") return;
    clearTimeout(timer);
    timer = setTimeout(write, 200);
  });
  write();
}
