// SPDX-License-Identifier: Apache-2.0
// What the selected dot stands for: the point, its runs, and the commands that repeat them.
class Panel {
  constructor(study, selection) {
    this.study = study;
    this.selection = selection;
    this.element = document.getElementById("details");
    selection.onChange(() => this.fill());
    this.fill();
  }

  fill() {
    const { point } = this.selection, { study } = this;
    this.element.classList.toggle("empty", point < 0);
    if (point < 0) return this.element.replaceChildren(make("h2", {}, "Nothing selected"), make("p", { class: "facts" }, "Every dot, cell and row stands for runs: a click shows them here, with the command that repeats each. In a chart that has the focus, arrow keys and Enter do the same."));
    const [first, end] = study.runsOf(point), run = this.selection.run >= first && this.selection.run < end ? this.selection.run : first;
    const close = make("button", { class: "close", title: "close: Esc", "aria-label": "close", onclick: () => this.selection.choose(-1) }, "\u00d7");
    this.element.replaceChildren(make("h2", {}, `Point ${study.number[point]}`, close), this.axesList(point), this.runsTable(first, end, run), ...this.runParts(run));
  }
  list(rows) {
    return make("dl", {}, ...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", { title: value }, value)]));
  }
  axesList(point) {
    return this.list(this.study.axes.map((axis) => [axis.name, axis.label(point) + (axis.unit ? " " + axis.unit : "")]));
  }
  // The runs of the point; of one there is nothing to choose.
  runsTable(first, end, run) {
    const { study } = this;
    if (end - first < 2) return "";
    const row = (one) => make("button", { "aria-pressed": String(one === run), onclick: () => this.pickRun(one), title: study.runs.outcome[one] }, String(study.seedOf(one)));
    return make("div", { class: "seeds", role: "group", "aria-label": "seed" }, make("span", {}, "seed"), ...Array.from({ length: end - first }, (_, i) => row(first + i)));
  }
  pickRun(run) {
    this.selection.choose(this.selection.point, run);
    this.element.querySelector('.seeds [aria-pressed="true"]')?.focus();
  }
  runParts(run) {
    const { study } = this, { runs } = study, commands = study.commands(run);
    const rows = study.responses.map((response) => [response.name, withUnit(response.values[run], response.unit)]);
    const seed = study.seeds.length > 1 ? [] : [["seed", String(study.seedOf(run))]];
    const facts = [...seed, ...rows, ["outcome", runs.outcome[run]], ["cycles", shortNumber(runs.cycles[run])]];
    const parts = [this.list(facts)];
    if (runs.message[run]) parts.push(make("p", { class: "note" }, runs.message[run]));
    if (runs.hash[run]) parts.push(make("p", { class: "facts" }, "events ", make("code", {}, runs.hash[run])));
    return [...parts, this.command("Repeat this run", "command", commands.again), this.command("Look at its waves", "waves", commands.waves)];
  }
  command(title, name, text) {
    const button = make("button", { onclick: () => copy(text, button) }, "copy");
    return make("div", { class: "command" }, make("h3", {}, title, button), make("pre", { class: "text", id: name, tabindex: 0 }, ...wordsOf(text)));
  }
}

// An option breaks at no hyphen; only what is longer than a line breaks anywhere.
function wordsOf(text) {
  return text.split(/([ \n])/).map((word) => (word.length > 1 && word.length < 36 ? make("span", { class: "word" }, word) : word));
}

// A page that was opened from a file may not have the clipboard: then the text is selected, for Ctrl+C.
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
  } catch {
    getSelection().selectAllChildren(button.closest(".command").querySelector("pre"));
    button.textContent = document.execCommand("copy") ? "copied" : "selected";
  }
  setTimeout(() => (button.textContent = "copy"), 2000);
}
