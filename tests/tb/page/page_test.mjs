// SPDX-License-Identifier: Apache-2.0
// Goal: in a browser the page of a run opens without an error or a network, and what a reader wants of it can be done: find a task,
// select a wait, read its ledger, filter events, measure, by pointer and by keys.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { assertFits, cosim, folder, openPage, program, runCases, settled, text } from "./browser.mjs";

const out = path.join(folder, "runs"), kick = path.join(out, "looping_stall", "kick");
cosim("run", "looping_stall", "--quiet", "--out", out, "--set", "waves=none", "--verbose-events");

const open = (file, options) => openPage(file, ["/kick/", "/no_breakout/", "compare.html"].some((part) => file.includes(part)) ? "html[data-ready]" : "main", options);
const report = (run) => path.join(run, "report.html");
const number = (shown) => Number(shown.replace(/[^\d]/g, ""));
// The part of the run in view, as the address of the page has it.
const view = async (page) => {
  await settled(page);
  await page.waitForTimeout(500);
  await settled(page);
  const [from, to] = /view=(\d+)-(\d+)/.exec(page.url()).slice(1).map(Number);
  return { from, to, span: to - from };
};

const cases = {
  async "the header says what the run did"() {
    const page = await open(report(kick));
    assert.match(await text(page, "h1"), /looping_stall \/ kick/);
    assert.match(await text(page, "#outcome"), /passed/);
    assert.match(await text(page, "#sentence"), /The breakout ended a dispatch loop \d+ times, after 32 calls/);
    return page;
  },

  async "a task is found, its wait selected, and the ledger adds up"() {
    const page = await open(report(kick));
    await page.keyboard.press("/");
    await page.keyboard.type("sleeper1");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector('[data-do="follow"]').textContent === "follows sleeper1");
    await page.locator("#lanes").focus();
    await page.keyboard.press("w");
    const rows = await page.locator("#ledger tr").allInnerTexts();
    assert.ok(rows.length >= 3, "a title, a cause, the sum");
    const cycles = await page.locator("#ledger td:nth-child(2)").allInnerTexts();
    const sum = number(cycles.at(-1));
    assert.equal(cycles.slice(0, -1).map(number).reduce((a, b) => a + b, 0), sum);
    const length = await page.locator("#details dt:text-is('length') + dd").innerText();
    assert.equal(number(length.split(", ")[1]), sum);
    return page;
  },

  async "the longest wait is named, opened, and its causes add up"() {
    const page = await open(report(kick));
    assert.match(await text(page, "#longest-waits tr:first-child td:last-child"), /dispatch loop/);
    await page.locator("#longest-waits tr:first-child button").click();
    assert.match(await text(page, "#why"), /loops in ops.dispatch\(\)/);
    const cycles = (await page.locator("#causes td:nth-child(2)").allInnerTexts()).map(number);
    assert.equal(cycles.slice(0, -1).reduce((a, b) => a + b, 0), cycles.at(-1));
    const before = await view(page);
    await page.locator(".steps button").first().click();
    assert.notDeepEqual(await view(page), before, "a step moves the view to it");
    return page;
  },

  async "pointer and keys move, zoom and select"() {
    const page = await open(report(kick)), all = await view(page);
    const box = await page.locator("#lanes").boundingBox();
    await page.mouse.move(box.x + 600, box.y + 40);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -600);
    await page.keyboard.up("Control");
    const zoomed = await view(page);
    assert.ok(zoomed.span < all.span / 3, "Ctrl + wheel zooms");
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 40, { steps: 4 });
    await page.mouse.up();
    assert.ok((await view(page)).from > zoomed.from, "drag moves");
    await page.mouse.click(box.x + 600, box.y + 40);
    assert.match(await text(page, "#details"), /on hart/);
    await page.keyboard.press("Home");
    assert.deepEqual(await view(page), all);
    await page.keyboard.press("Backspace");
    assert.notDeepEqual(await view(page), all);
    await page.mouse.move(box.x + 300, box.y + 40);
    await page.keyboard.press("a");
    await page.mouse.move(box.x + 900, box.y + 40);
    await page.keyboard.press("b");
    assert.match(await text(page, "#details"), /A to B[^]*hart 3:/);
    await page.keyboard.press("Escape");
    assert.match(await text(page, "#details"), /Nothing selected/);
  },

  async "the table of events has the events of the log"() {
    const page = await open(report(kick));
    await page.getByRole("tab", { name: "Events" }).click();
    const all = cosim("events", kick).trimEnd().split("\n").length;
    await page.waitForFunction((n) => Number(document.getElementById("event-count").textContent.replace(/\D/g, "")) === n, all);
    await page.locator("#filter").fill("event=breakout hart=1");
    const wanted = cosim("events", kick, "--filter", "event=breakout,hart=1").trimEnd().split("\n");
    await page.waitForFunction((n) => document.getElementById("event-count").textContent.replace(/[^\d.]/g, "") === String(n), wanted.length);
    const first = await page.locator("#events-rows div").first().innerText();
    assert.equal(first.split(/\s+/).filter(Boolean)[0], wanted[0].trim().split(/\s+/)[0]);
    assert.match(first, /limit=32 retry=kick/);
    await page.locator("#events-rows div").first().click();
    const { from, to } = await view(page), cycle = Number(wanted[0].trim().split(/\s+/)[0]);
    assert.ok(from <= cycle && cycle <= to, "a click shows the event in the lanes");
  },

  async "every tab opens"() {
    const page = await open(report(path.join(out, "looping_stall", "no_breakout")));
    const tabs = await page.getByRole("tab").all();
    assert.ok(tabs.length >= 6);
    for (const tab of tabs) {
      await tab.click();
      await page.waitForFunction(() => document.getElementById("panel").innerText.length > 100);
    }
    assert.match(await text(page, "#sentence"), /never ended[^]*hardware watchdog reset/);
  },

  async "the scenario's page leads to each run"() {
    const page = await open(path.join(out, "looping_stall", "report.html"));
    assert.deepEqual(await page.locator("tbody td:first-child").allInnerTexts(), ["kick", "resched_curr", "no_breakout"]);
    await page.locator("tbody a").first().click();
    await page.waitForSelector("html[data-ready]");
    await page.locator("#index").click();
    await page.waitForSelector("main.scenario");
  },

  async "two runs are moved, measured and followed together"() {
    const file = path.join(folder, "compare.html");
    execFileSync("sh", ["-c", '"$0" compare "$1" "$2" --html "$3" >/dev/null; test $? -eq 15', program, kick, path.join(out, "looping_stall", "resched_curr"), file]);
    const page = await open(file);
    assert.match(await text(page, ".sentence"), /^They part at cycle \d+/);
    const place = Number(/cycle (\d+)/.exec(await text(page, ".sentence"))[1]);
    await page.click('[data-go="first different event"]');
    const { from, to, span } = await view(page);
    assert.ok(from < place && place < to && span < 20_000, `${from} to ${to}`);
    const both = async () => {
      await settled(page);
      return Promise.all(["a", "b"].map((part) => page.locator(`#lanes-${part}`).screenshot()));
    };
    await page.mouse.move(5, 5);
    const [a, b] = await both();
    await page.locator("#lanes-b").hover();
    await page.keyboard.press("-");
    await page.mouse.move(5, 5);
    const [wider_a, wider_b] = await both();
    assert.ok(!a.equals(wider_a) && !b.equals(wider_b), "what one shows, the other one shows");
    await page.locator("#find").fill("sleeper2");
    await page.keyboard.press("Enter");
    assert.match(await text(page, '[data-do="follow"]'), /follows sleeper2/);
    assert.ok((await view(page)).span > span && /task=sleeper2/.test(page.url()));
    await page.locator("#find").blur();
    await page.locator("#lanes-b").click({ position: { x: 500, y: 80 } });
    assert.match(await text(page, "#details-b"), /hart|follow/);
    assert.match(await text(page, "#details-a"), /Nothing selected/);
    for (const options of [{ viewport: { width: 390, height: 844 } }, { viewport: { width: 390, height: 844 }, colorScheme: "dark" }])
      await assertFits(await open(file, options), "comparison");
  },

  async "narrow and dark fit too"() {
    for (const [name, options] of Object.entries({
      narrow: { viewport: { width: 390, height: 844 } }, dark: { colorScheme: "dark" }, "narrow-dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
    })) {
      const page = await open(report(kick), options);
      await assertFits(page, name);
      await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
    }
  },

  async "a million events open"() {
    cosim("run", "looping_stall", "--variant", "kick", "--quiet", "--out", path.join(folder, "long"), "--set", "waves=none", "--set", "run.until_ms=220", "--set", "expect=[{ending: running}]");
    const file = report(path.join(folder, "long", "looping_stall", "kick"));
    const events = JSON.parse(fs.readFileSync(path.join(path.dirname(file), "result.json"))).events;
    assert.ok(events > 1e6, `${events} events`);
    const size = fs.statSync(file).size;
    assert.ok(size < 25e6, `${size} bytes`);
    const begin = performance.now(), page = await open(file);
    console.log(`  ${events} events, ${(size / 1e6).toFixed(1)} MB, open after ${((performance.now() - begin) / 1000).toFixed(2)} s`);
    const frame = await page.evaluate(async () => {
      const begin = performance.now();
      for (let i = 0; i < 20; ++i) {
        document.getElementById("lanes").dispatchEvent(new KeyboardEvent("keydown", { key: i < 10 ? "+" : "-", bubbles: true }));
        await new Promise(requestAnimationFrame);
      }
      return (performance.now() - begin) / 20;
    });
    console.log(`  ${frame.toFixed(1)} ms per frame while zooming`);
  },
};

await runCases(cases);
