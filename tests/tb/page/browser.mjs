// SPDX-License-Identifier: Apache-2.0
// A browser for the tests of pages. Their usage: TEST PROGRAM FOLDER [WORDS of one case]. Prints "skipped: ..." and ends with 77 where
// there is no chromium or no playwright-core.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

export const [program, folder, only = ""] = process.argv.slice(2);
const kSkipped = 77;

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(kSkipped);
}

function playwright() {
  const places = [process.env.SCX_BROWSER_MODULES, folder].filter(Boolean);
  for (const place of places) {
    try {
      return createRequire(path.join(path.resolve(place), "x.js"))("playwright-core");
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  return skip("playwright-core is not installed: scripts/install_deps --browser installs it");
}

const { chromium } = playwright();
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((file) => fs.existsSync(file));
if (!executablePath) skip("chromium is not installed: scripts/install_deps --browser installs it");
fs.mkdirSync(folder, { recursive: true });

export const cosim = (...args) => execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const complaints = [];

// A fresh page; whatever the browser complains about, or asks a network for, is kept. `ready`: what is there when the page is.
export async function openPage(file, ready, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => /^(file|data|blob):/.test(request.url()) || complaints.push(`network: ${request.url()}`));
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector(ready);
  return page;
}
export const text = (page, selector) => page.locator(selector).innerText();
export const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
// No page is wider than the window.
export async function assertFits(page, name) {
  await settled(page);
  const { width, inner } = await page.evaluate(() => ({ width: document.documentElement.scrollWidth, inner: window.innerWidth }));
  assert.ok(width <= inner, `${name}: ${width} px wide in a window of ${inner}`);
}

// Ends the process: with 1 if a case failed, or the browser complained during one.
export async function runCases(cases) {
  let failed = 0;
  for (const [name, run] of Object.entries(cases).filter(([name]) => name.includes(only))) {
    complaints.length = 0;
    try {
      await run();
      assert.deepEqual(complaints, [], "the browser complains");
      console.log(`ok: ${name}`);
    } catch (error) {
      ++failed;
      console.log(`FAILED: ${name}\n${error.stack}`);
    }
    for (const context of browser.contexts()) await context.close();
  }
  await browser.close();
  process.exit(failed ? 1 : 0);
}
