// Fills the page.
function fillHeader(meta) {
  const { run } = meta, put = (id, text) => (document.getElementById(id).textContent = text);
  put("name", run.scenario ? `${run.scenario} / ${run.variant}` : run.dir);
  put("question", run.question || "");
  put("sentence", run.sentence || "");
  const facts = [`${run.harts} ${run.harts === 1 ? "hart" : "harts"} at ${run.clock_mhz} MHz`, `${timeText(run.end, run.clock_mhz, 4)} simulated`];
  if (run.events !== undefined) facts.push(`${thousands(run.events)} events`, `seed ${run.seed}`);
  put("facts", facts.join("  \u00b7  "));
  const outcome = document.getElementById("outcome");
  if (run.outcome) {
    outcome.hidden = false;
    outcome.textContent = run.passed ? "\u2713 passed" : "\u2717 " + run.outcome;
    outcome.classList.toggle("bad", !run.passed);
  }
  const index = document.getElementById("index");
  index.hidden = !meta.index;
  index.href = meta.index;
  const notes = [run.shortfall, run.message, ...meta.left_out].filter(Boolean);
  document.getElementById("notes").append(...notes.map((note) => make("p", { class: "note" }, note)));
}

// Each leads to the place where it begins.
function fillWarnings(meta, view, timeline) {
  const half = 1e6 * meta.run.clock_mhz / meta.run.hz;  // a tick period
  const go = (warning) => {
    view.show(warning.cycle - half, warning.cycle + half, true);
    if (warning.hart !== null) timeline.scrollTo(timeline.data.harts[warning.hart]);
  };
  document.getElementById("notes").append(...(meta.run.warnings || []).map((warning) =>
    make("p", { class: "note" }, make("b", {}, warning.name), ": " + warning.text + " ", make("button", { onclick: () => go(warning) }, "show"))));
}

// The meaning of every colour and sign of the lanes.
function fillLegend(meta) {
  const sign = (colour, width, height, y, text, title) =>
    make("span", { title }, make("svg", { viewBox: "0 0 16 13" }, make("rect", { x: 8 - width / 2, y, width, height, style: `fill: ${colour}` })), text);
  const swatch = (css, text, title) => make("span", { title: title || text }, make("i", { style: `background: var(--${css})` }), text);
  const line = (title, ...parts) => make("p", {}, make("b", {}, title), ...parts);
  document.getElementById("legend").append(
    line("harts", ...["task", "idle", "WFI", "interrupt", "IRQs off", "dispatch loop", "balance", "lock wait", "off"].map((name) => {
      const state = meta.states.find((each) => each.name === name);
      return swatch(cssOfState(name), name, state.meaning);
    })),
    line("below", sign("var(--strip)", 15, 4, 5, "interrupts off, whatever runs", "from irq_off or a trap to irq_on; sleep left out"),
    sign("var(--soft)", 1, 6, 4, "tick", "scheduler tick"), sign("var(--ink)", 2, 9, 2, "tick of a trapped hart", "the hart is in a dispatch loop, or between two"),
    sign("var(--dispatch-loop)", 3, 5, 4, "self-kick", "the hart kicks itself"), sign("var(--accent)", 3, 5, 4, "kick of another hart", "a kick of another CPU"),
    make("span", {}, "\u25bc! bark or error, \u25bcR reset")),
    line("tasks", swatch("task", "runs"), swatch("woken", "waits since its wakeup"), swatch("preempted", "waits since it lost the CPU"), swatch("asleep", "asleep")),
    line("arrows", make("span", {}, "\u2192 IPI"), make("span", {}, "\u21e2 wakeup, to the first run"), make("span", { id: "arrows-hidden" })));
}

function bindTheme(timeline) {
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const set = (theme) => {
    root.dataset.theme = theme;
    timeline.readColours();
    timeline.draw();
  };
  set(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => set(dark.matches ? "dark" : "light"));
  document.getElementById("theme").addEventListener("click", () => set(root.dataset.theme === "dark" ? "light" : "dark"));
}

function bindTabs(tabs) {
  const nav = document.getElementById("tabs"), panel = document.getElementById("panel");
  const buttons = Object.keys(tabs).map((name) => make("button", { role: "tab", "aria-selected": "false", tabindex: "-1", onclick: () => show(name) }, name));
  async function show(name) {
    for (const button of buttons) {
      button.setAttribute("aria-selected", String(button.textContent === name));
      button.tabIndex = button.textContent === name ? 0 : -1;
    }
    panel.replaceChildren(await tabs[name]());
  }
  nav.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    next.focus();
    next.click();
  });
  nav.append(...buttons);
  return show(Object.keys(tabs)[0]);
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

async function main() {
  const data = await readPage(), { meta } = data;
  fillHeader(meta);
  fillLegend(meta);
  const view = new View(data), timeline = new Timeline(data, view), details = new Details(data, view);
  fillWarnings(meta, view, timeline);
  let table = null;
  const events = () => (table ??= section("events").then((bytes) => new EventTable(data, view, bytes)));
  new Controls(data, view, timeline, details, events);
  bindTheme(timeline);
  bindAddress(view);
  const text = (content) => () => make("pre", { class: "text" }, content);
  const tabs = {
    Tasks: () => tasksPanel(data, view, timeline), Harts: () => hartsPanel(data), Distributions: () => chartsPanel(data, view, details),
    Events: async () => (await events()).panel(), Expectations: () => expectationsPanel(data, view), "Config and replay": () => replayPanel(data),
  };
  if (meta.console) tabs.Console = text(meta.console);
  if (meta.dump) tabs.Dump = text(meta.dump);
  if (!meta.run.expect) delete tabs.Expectations;
  await bindTabs(tabs);
  document.documentElement.dataset.ready = "";
}

main();
