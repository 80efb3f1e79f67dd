// SPDX-License-Identifier: Apache-2.0
// Draws the page of a run in Chromium, with the longest wait selected: report.mjs PAGE PNG.
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [file, png] = process.argv.slice(2);
const { chromium } = createRequire(path.resolve("build/browser/x.js"))("playwright-core");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
await page.goto(pathToFileURL(file).href);
await page.waitForSelector("html[data-ready]");
await page.locator("#longest-waits button").first().click();
await page.keyboard.press("f");
await page.evaluate(() => document.activeElement.blur());
await page.waitForTimeout(500);
const box = await page.locator("#legend").boundingBox();
await page.screenshot({ path: png, clip: { x: 0, y: 0, width: 1280, height: Math.ceil(box.y + box.height + 14) } });
await browser.close();
