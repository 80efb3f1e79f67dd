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

async function main() {
  const data = await readPage(), { meta } = data;
  fillHeader(meta);
  fillLegend(meta);
  const view = new View(data), timeline = new Timeline(data, view), details = new Details(data, view);
  fillWarnings(meta, view, timeline);
  let table = null;
  const events = () => (table ??= section("events").then((bytes) => new EventTable(data, view, bytes)));
  new Controls([new LaneControls(data, view, timeline, details)], events);
  bindTheme([timeline]);
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
