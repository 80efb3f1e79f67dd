// SPDX-License-Identifier: Apache-2.0
// Goal: in a browser the page of a study opens without an error or a network, draws what the study found, and each dot leads to a
// command that repeats its run, by pointer and by keys, at both widths.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { assertFits, cosim, folder, openPage, program, runCases, settled, text } from "./browser.mjs";

const kSet = "set: { run.until_us: 3000, expect: [ { ending: running } ] }";
const kSampled = `scenario: looping_stall
${kSet}
axes:
  - { name: ipi, key: hardware.ipi_latency, unit: cycles, values: 1..10000 log }
  - { name: hz, key: kernel.hz, unit: Hz, values: 250..4000 }
responses:
  - { name: wait_p99, metric: all_tasks.delay.p99, unit: us }
`;
const kGrid = `name: grid
question: "What is </script><b>bold</b> here?"
scenario: looping_stall
${kSet}
axes:
  - { name: ipi, key: hardware.ipi_latency, unit: cycles, values: 1..10000 log 4 }
  - { name: how, variants: [kick, resched_curr] }
  - { name: hz, key: kernel.hz, unit: Hz, values: [500, 1000] }
seeds: 1..2
responses:
  - { name: wait_p99, metric: all_tasks.delay.p99, unit: us }
  - { name: wakeups, count: sched_wakeup, goal: more }
cliffs: [ { axis: ipi, of: wakeups, at_least: 100000 } ]
pareto: [ { x: wait_p99, y: wakeups } ]
`;

function pageOf(name, study) {
  const file = path.join(folder, `${name}.yaml`);
  fs.writeFileSync(file, study);
  const out = cosim("study", file, "--quiet", "--out", path.join(folder, "studies"));
  const page = path.join(folder, "studies", name, "study.html");
  assert.match(out, new RegExp(`report   .*${name}/study.html`));
  return page;
}
const grid = pageOf("grid", kGrid);
const open = (file, options) => openPage(file, "html[data-ready]", options);
const dot = (page, section = "wait_p99") => page.locator(`#response-${section} figure`).first().locator("path.dot[data-point]");
// What lies on a mark may take the click: charts look for the nearest mark.
const clickOn = (mark) => mark.evaluate((element) => element.scrollIntoView({ block: "center" })).then(() => mark.click({ force: true }));
const kNarrow = { viewport: { width: 390, height: 844 } };

// What the page says repeats a run gives the events that it says the run had.
async function repeats(page) {
  const command = await text(page, "#command"), out = path.join(folder, "again");
  assert.match(command, /^scx-cosim run looping_stall --variant \w+ --seed \d+ /);
  execFileSync("sh", ["-c", `${command.replace("scx-cosim", '"$0"')} --quiet --out "$1"`, program, out]);
  const variant = /--variant (\w+)/.exec(command)[1];
  const result = JSON.parse(fs.readFileSync(path.join(out, "looping_stall", variant, "result.json")));
  assert.equal(await text(page, "#details code"), result.hash.events);
}

const cases = {
  async "a dot shows its runs, and the command repeats the run"() {
    const page = await open(grid);
    assert.match(await text(page, "#details"), /Nothing selected/);
    assert.match(await text(page, "h1"), /<\/script><b>bold/);
    assert.match(await text(page, ".facts >> nth=0"), /16 points \u00d7 2 seeds = 32 runs \u00b7 0 failed/);
    assert.equal(await dot(page).count(), 8, "four values, two variants, at one of the two levels of hz");
    await clickOn(dot(page).nth(1));
    assert.match(await text(page, "#details"), /Point \d+[^]*ipi[^]*cycles[^]*outcome[^]*passed/);
    await page.locator(".seeds button").nth(1).click();
    assert.match(await text(page, "#command"), /--seed 2 /);
    await repeats(page);
    assert.match(await text(page, "#waves"), /--set waves=all --out (\S+)\nscx-cosim wave \1\/looping_stall\/\w+$/);
    await page.locator("#details .command button").first().click();
    await page.locator("#details .command button", { hasText: /copied|selected/ }).waitFor();
    assert.ok((await page.locator(".ring > *").count()) >= 4, "the point is marked in all charts that have it");
    await page.keyboard.press("Escape");
    assert.match(await text(page, "#details"), /Nothing selected/);
  },

  async "keys go from dot to dot"() {
    const page = await open(grid);
    await page.locator("#response-wait_p99 figure svg[tabindex]").first().focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    assert.match(await page.locator("#response-wait_p99 .tip").first().innerText(), /wait_p99: .*us[^]*ipi=22/);
    await page.keyboard.press("Enter");
    assert.match(await text(page, "#details"), /Point 4/);
  },

  async "axes can be chosen"() {
    const page = await open(grid);
    const first = () => page.locator("#response-wait_p99 figure").first().innerText();
    assert.match(await first(), /kick[^]*resched_curr[^]*ipi \(cycles\)/);
    await page.getByLabel("colour").selectOption("hz");
    assert.match(await first(), /500[^]*1000/);
    await page.getByLabel("how =").selectOption("resched_curr");
    await clickOn(dot(page).first());
    assert.match(await text(page, "#command"), /--variant resched_curr /);
    await page.getByLabel("x axis").selectOption("hz");
    assert.match(await first(), /hz \(Hz\)/);
    await page.getByLabel("colour").selectOption("");
    assert.equal(await dot(page).count(), 2);
  },

  async "cells, fronts, rows of the table are picked too"() {
    const page = await open(grid);
    await clickOn(page.locator("#response-wait_p99 rect.cell").last());
    assert.match(await text(page, "#details"), /Point \d+/);
    await clickOn(page.locator("#pareto path.dot").first());
    assert.match(await text(page, "#details"), /Point \d+/);
    assert.match(await text(page, "#cliffs"), /flips nowhere/);
    await page.locator("#points-filter").fill("ipi=22 how=kick");
    assert.match(await text(page, "#points"), /2 of 16 points/);
    await page.locator("#points tbody button").first().press("Enter");
    assert.match(await text(page, "#details"), /Point 4/);
    await page.locator("#points-filter").fill("nonsense>3");
    assert.match(await text(page, "#points"), /no such axis or response/);
    await page.locator("#points-filter").fill("");
    const values = async () => (await page.locator("#points tbody td:nth-child(2)").allInnerTexts()).map(Number);
    await page.locator("#points th button", { hasText: "ipi" }).click();
    assert.deepEqual(await values(), [...(await values())].sort((a, b) => b - a));
    assert.equal(await page.locator("#points th[aria-sort=descending]").count(), 1);
  },

  async "samples have their indices"() {
    for (const [design, seen] of [["morris: 4", /mu\*[^]*sigma/], ["saltelli: 8", /first[^]*total/], ["sobol: 64", /middle half of the dots/]]) {
      const name = design.split(":")[0], page = await open(pageOf(name, `name: ${name}\nquestion: What matters?\ndesign: { ${design} }\n${kSampled}`));
      assert.match(await text(page, "#response-wait_p99"), seen);
      await clickOn(dot(page).first());
      await repeats(page);
      await assertFits(page, name);
    }
  },

  async "a run that failed leaves a gap, and the page says why"() {
    // Of many levels the reader checks a few: the others say when they run that they are no scenario.
    const levels = [1000, 7, ...Array.from({ length: 66 }, (_, i) => 1001 + i)], file = path.join(folder, "failing.yaml");
    fs.writeFileSync(file, `name: failing\nquestion: What fails?\n${kSampled.replace(/  - { name: ipi.*\n/, "").replace("250..4000", `[${levels.join(", ")}]`)}`);
    assert.throws(() => cosim("study", file, "--quiet", "--out", path.join(folder, "studies")), { status: 20 });
    const page = await open(path.join(folder, "studies", "failing", "study.html"));
    assert.match(await text(page, "#notes"), /1 of 68 runs gave no data: .*hz/);
    assert.equal(await dot(page).count(), 67);
    await page.locator("#points-filter").fill("hz=7");
    await page.locator("#points tbody tr").first().click();
    assert.match(await text(page, "#details"), /Point 1[^]*outcome\s+failed[^]*expected an integer/);
  },

  async "a study without an answer for a chart opens too"() {
    const nothing = kSampled + "  - { name: never, first: hw_watchdog_bite }\n";
    const studies = {
      zip: `name: zip\nquestion: What of pairs?\ndesign: zip\n${nothing.replace("1..10000 log", "[1, 10, 100]").replace("250..4000", "[500, 1000, 2000]")}`,
      names: `name: names\nquestion: What of names?\n${nothing.replace(/  - { name: ipi.*\n/, "").replace(/  - { name: hz.*/, "  - { name: how, variants: [kick, no_breakout] }")}`,
      one: `name: one\nquestion: What of one point?\n${nothing.replace("1..10000 log", "[5]").replace("250..4000", "[500]")}`,
    };
    for (const [name, study] of Object.entries(studies)) {
      const page = await open(pageOf(name, study));
      assert.match(await text(page, "#response-never figure >> nth=0"), /no run here has this response/);
      await clickOn(dot(page).first());
      assert.match(await text(page, "#command"), /^scx-cosim run /);
      assert.match(await text(page, "#details"), /never\s+\u2013/);
    }
  },

  async "no page where none is wanted, or none can be written"() {
    const file = path.join(folder, "grid.yaml"), out = path.join(folder, "studies"), page = path.join(out, "grid", "study.html"), kept = fs.readFileSync(page);
    fs.rmSync(page);
    assert.doesNotMatch(cosim("study", file, "--quiet", "--no-report", "--out", out), /report/);
    assert.ok(!fs.existsSync(page));
    fs.mkdirSync(page);
    const said = execFileSync("sh", ["-c", '"$0" study "$1" --quiet --out "$2" 2>&1', program, file, out], { encoding: "utf8" });
    assert.match(said, /scx-cosim: no report: /);
    fs.rmdirSync(page);
    cosim("study", file, "--quiet", "--out", out);
    assert.ok(kept.equals(fs.readFileSync(page)), "the same page every time");
  },

  async "narrow and dark fit too"() {
    for (const [name, options] of Object.entries({ wide: {}, narrow: kNarrow, dark: { colorScheme: "dark" }, "narrow-dark": { ...kNarrow, colorScheme: "dark" } })) {
      const page = await open(grid, options);
      await assertFits(page, name);
      await clickOn(dot(page).nth(2));
      assert.match(await text(page, "#command"), /^scx-cosim run /);
      await settled(page);
      const covered = await page.evaluate(() => {
        const ring = document.querySelector(".ring > *").getBoundingClientRect(), panel = document.getElementById("details");
        return getComputedStyle(panel).position === "fixed" && ring.bottom > panel.getBoundingClientRect().top;
      });
      assert.ok(!covered, `${name}: the panel lies over the dot that was picked`);
      await assertFits(page, name);
      await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
    }
  },
};

await runCases(cases);
