// What every test of the pages needs: one demo, a browser, and a page that fails on what no page may do.
//
//   import { suite } from "./support.mjs";
//
//   suite("tokens", (at) => {
//     at("lists the demo's token", async ({ page, open, axe, shot }) => {
//       await open("/tokens");
//       await page.getByRole("link", { name: "COOL" }).first().waitFor();
//       await axe();
//       await shot("list");
//     });
//   });
//
// Each test runs at phone width and at desk width, at the same time, each width on a demo of its own: no story may count on
// what another one left behind, and each passes again on the demo on which it passed (names that may be taken come from
// `unique` in chain.mjs, amounts are compared with what they were before). It fails on errors in the console, on violations of the
// Content-Security-Policy, on requests to other hosts, on a page that is wider than its window, and, where `axe()` is
// called, on serious findings. What a failed one saw goes to the folder TARTAN_PAGES_FAILURES, or to a folder of the system's
// for temporary files; its error says where. With TARTAN_PAGES_ARTEFACTS all screenshots go there, which takes a while.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";

// packages lie where `cargo xtask test` has put them; imports of modules do not look at NODE_PATH
const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
// half as long as what the package exports
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export const WIDTHS = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 860 } };

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const START_TIMEOUT = 180_000;
const PATIENCE = 15_000;

const artefacts = process.env.TARTAN_PAGES_ARTEFACTS;
if (artefacts) mkdirSync(artefacts, { recursive: true });

/** The demo that TARTAN_PAGES_DEMO tells of (its line of JSON), if it is to be that and has the right main chain. */
function given(chain, own) {
  const told = process.env.TARTAN_PAGES_DEMO;
  const running = told && !own ? JSON.parse(told) : undefined;
  return running?.network.chain === chain ? running : undefined;
}

/** A demo, on a main chain of this kind; `stop()` ends it. */
async function start(chain) {
  const binary = process.env.TARTAN_BIN;
  assert.ok(binary, "TARTAN_BIN must name the binary: `cargo xtask test --only pages` does");
  const ports = ["--main-chain-port", "0", "--side-chain-port", "0", "--block-interval", "1s"];
  const child = spawn(binary, ["demo", "--json", "--chain", chain, ...ports], { stdio: ["ignore", "pipe", "inherit"] });
  process.on("exit", () => child.kill("SIGKILL"));
  const exit = once(child, "exit");
  const [line] = await Promise.race([
    once(createInterface(child.stdout), "line"),
    exit.then(([code]) => Promise.reject(new Error(`the demo ended with ${code}`))),
    new Promise((_, reject) =>
      setTimeout(() => reject(new Error("the demo did not get ready")), START_TIMEOUT).unref(),
    ),
  ]);
  const stop = async () => {
    child.kill("SIGINT");
    await exit;
  };
  return { ...JSON.parse(line), stop };
}

/** The browser: `TARTAN_CHROMIUM`, or Debian's. */
async function launch() {
  const path = process.env.TARTAN_CHROMIUM ?? "/usr/bin/chromium";
  assert.ok(existsSync(path), `there is no browser at ${path}; TARTAN_CHROMIUM names one`);
  return chromium.launch({ executablePath: path, args: FLAGS });
}

/**
 * Tests of an area, on demos whose main chain is `chain` ("steem" if nothing is said). `define` is called with
 * `at(name, story)` and the width ("phone" or "desk"); a story is called with
 *
 * - `page`: the page of playwright-core, `context`: its context,
 * - `open(path)`: goes to a page of the demo, and waits until its islands are there,
 * - `demo`: what the demo says of itself,
 * - `axe()`: fails on serious and critical findings; `axe("colours")` looks at the colours alone, where nothing else has
 *   changed since,
 * - `shot(name)`: keeps a screenshot of the whole page, if screenshots are kept,
 * - `width`: "phone" or "desk",
 * - `allow(pattern)`: an error in the console that belongs to the story (of a page that is not there, say).
 *
 * By hand, TARTAN_PAGES_DEMO names one demo for both widths, which then come one after the other; not for stories that let
 * time pass (`own`).
 */
export function suite(area, define, { chain = "steem", own = false } = {}) {
  const shared = given(chain, own);
  describe(area, { concurrency: shared ? 1 : 2 }, () => {
    for (const [width, viewport] of Object.entries(WIDTHS)) {
      describe(width, { concurrency: 1 }, () => {
        let running;
        let browser;
        before(async () => {
          [running, browser] = await Promise.all([shared ?? start(chain), launch()]);
        });
        after(async () => {
          await browser?.close();
          await running?.stop?.();
        });
        const at = (name, story, options = {}) =>
          test(`${name} (${width})`, async () => {
            await tell({ area, name, story, running, browser, width, viewport, options });
          });
        define(at, width);
      });
    }
  });
}

async function tell({ area, name, story, running, browser, width, viewport, options }) {
  const origin = running.sideChain;
  const context = await browser.newContext({ viewport, locale: "en-US", colorScheme: "light", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const wrong = [];
  const allowed = [];
  const blame = (what) => {
    if (!allowed.some((pattern) => pattern.test(what))) wrong.push(what);
  };
  page.on("pageerror", (error) => blame(`error: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) blame(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:") && !url.startsWith("blob:")) blame(`request: ${url}`);
  });
  const tools = {
    page,
    context,
    demo: running,
    width,
    allow: (pattern) => allowed.push(pattern),
    open: async (path) => {
      const answer = await page.goto(origin + path);
      if (options.javaScriptEnabled !== false) await awake(page);
      return answer;
    },
    axe: (what) => axe(page, what),
    shot: async (name) => artefacts && picture(page, join(artefacts, `${area}-${name}-${width}`)),
  };
  try {
    await story(tools);
    await fits(page);
  } catch (error) {
    const folder = artefacts ?? process.env.TARTAN_PAGES_FAILURES ?? mkdtempSync(join(tmpdir(), "tartan-pages-"));
    mkdirSync(folder, { recursive: true });
    const what = `${area}-failed-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").slice(0, 60)}-${width}`;
    await picture(page, join(folder, what)).catch(() => {});
    writeFileSync(join(folder, `${what}.html`), await page.content().catch(() => ""));
    error.message += `\n  at ${page.url()}; ${what}.png and .html are in ${folder}`;
    if (wrong.length > 0) error.message += `\n  and: ${wrong.join("\n  ")}`;
    throw error;
  } finally {
    await context.close();
  }
  assert.deepEqual(wrong, [], "nothing goes wrong in the browser");
}

/** Waits until every island of the page is there: nobody is as fast as a story. */
export async function awake(page) {
  await page.waitForFunction(() => document.querySelector(":not(:defined)") === null);
}

/** The whole page as a picture. */
const picture = (page, path) => page.screenshot({ path: `${path}.png`, fullPage: true });

/** Fails on what keeps people out. A page that is loaded anew meanwhile is looked at again. */
async function axe(page, what) {
  const left = /Execution context was destroyed/;
  await accessible(page, what).catch(async (error) => {
    if (!left.test(error.message)) throw error;
    await page.waitForLoadState();
    await accessible(page, what);
  });
}

async function accessible(page, what) {
  // not a script of the page's: the policy of the page does not hold for the debugger
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const runOnly = what === "colours" ? COLOURS : STANDARDS;
  // what passed is of no interest, and takes long to describe
  const violations = await page.evaluate(async (runOnly) => {
    const { violations } = await window.axe.run(document, { runOnly, resultTypes: ["violations"], preload: false });
    return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map(({ html }) => html) }));
  }, runOnly);
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const found = serious.map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.slice(0, 5).join("\n    ")}`);
  assert.deepEqual(found, [], "axe finds nothing serious");
}

/** Fails when a page must be scrolled sideways. */
async function fits(page) {
  const { scroll, client } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
  }));
  assert.ok(scroll <= client, `the page is ${scroll} pixels wide in a window of ${client}`);
}
