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
// Each test runs at phone width and at desk width. It fails on errors in the console, on violations of the
// Content-Security-Policy, on requests to other hosts, on a page that is wider than its window, and, where `axe()` is
// called, on serious findings. Screenshots go to TARTAN_PAGES_ARTEFACTS, or to a folder of the system's for temporary
// files, whose name is printed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";

// packages lie where `cargo xtask test` has put them; imports of modules do not look at NODE_PATH
const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axeSource = require("axe-core").source;

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

const artefacts = process.env.TARTAN_PAGES_ARTEFACTS ?? mkdtempSync(join(tmpdir(), "tartan-pages-"));
mkdirSync(artefacts, { recursive: true });

/**
 * The demo that `cargo xtask test` has started (TARTAN_PAGES_DEMO, its line of JSON), or one of this file's own: always
 * where `chain` names another main chain than that one has, or the story needs one alone (`own`), since it lets time pass.
 */
export async function demo(chain = "steem", own = false) {
  if (process.env.TARTAN_PAGES_DEMO && chain === "steem" && !own) return { ...JSON.parse(process.env.TARTAN_PAGES_DEMO), stop: async () => {} };
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
 * Tests of an area, on a demo whose main chain is `chain` ("steem" if nothing is said), and that is theirs alone if `own`.
 * `define` is called with `at(name, story)` and the width ("phone", then "desk"); a story is called with
 *
 * - `page`: the page of playwright-core, `context`: its context,
 * - `open(path)`: goes to a page of the demo,
 * - `demo`: what the demo says of itself,
 * - `axe()`: fails on serious and critical findings,
 * - `shot(name)`: keeps a screenshot of the whole page,
 * - `width`: "phone" or "desk",
 * - `allow(pattern)`: an error in the console that belongs to the story (of a page that is not there, say).
 */
export function suite(area, define, { chain, own } = {}) {
  describe(area, () => {
    let running;
    let browser;
    before(async () => {
      [running, browser] = await Promise.all([demo(chain, own), launch()]);
    });
    after(async () => {
      await browser?.close();
      await running?.stop();
    });
    for (const [width, viewport] of Object.entries(WIDTHS)) {
      const at = (name, story, options = {}) =>
        test(`${name} (${width})`, async () => {
          await tell({ area, story, running, browser, width, viewport, options });
        });
      define(at, width);
    }
  });
}

async function tell({ area, story, running, browser, width, viewport, options }) {
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
    open: (path) => page.goto(origin + path),
    axe: () => axe(page),
    shot: (name) => page.screenshot({ path: join(artefacts, `${area}-${name}-${width}.png`), fullPage: true }),
  };
  try {
    await story(tools);
    await fits(page);
  } catch (error) {
    await tools.shot("failed").catch(() => {});
    const content = await page.content().catch(() => "");
    writeFileSync(join(artefacts, `${area}-failed-${width}.html`), content);
    error.message += `\n  at ${page.url()}; screenshots are in ${artefacts}`;
    if (wrong.length > 0) error.message += `\n  and: ${wrong.join("\n  ")}`;
    throw error;
  } finally {
    await context.close();
  }
  assert.deepEqual(wrong, [], "nothing goes wrong in the browser");
}

/** Fails on what keeps people out. A page that is loaded anew meanwhile is looked at again. */
async function axe(page) {
  const left = /Execution context was destroyed/;
  await accessible(page).catch(async (error) => {
    if (!left.test(error.message)) throw error;
    await page.waitForLoadState();
    await accessible(page);
  });
}

async function accessible(page) {
  // not a script of the page's: the policy of the page does not hold for the debugger
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const found = serious.map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => node.html).slice(0, 5).join("\n    ")}`);
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
