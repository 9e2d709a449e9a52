// Starts `tartan demo` and a browser that looks at its pages.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

const START_TIMEOUT = 180_000;
const STOP_TIMEOUT = 20_000;
/** How long an action or a wait may take: a transaction needs about two blocks. */
const PATIENCE = 20_000;

/** A running demo: the fields of its JSON line, `account(name)` and `stop()`. */
export async function startDemo(chain = "steem") {
  const binary = process.env.TARTAN_BIN;
  assert.ok(binary, "TARTAN_BIN must name the binary");
  const ports = ["--main-chain-port", "0", "--side-chain-port", "0"];
  const child = spawn(binary, ["demo", "--json", "--chain", chain, ...ports, "--block-interval", "1s"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  // a test run that dies must not leave a demo behind
  process.on("exit", () => child.kill("SIGKILL"));
  const line = await Promise.race([
    once(createInterface(child.stdout), "line").then(([line]) => line),
    exit.then(([code]) => Promise.reject(new Error(`the demo ended with ${code}`))),
    timeout(START_TIMEOUT, "the demo did not get ready"),
  ]);
  const demo = JSON.parse(line);
  return {
    ...demo,
    account(name) {
      const account = demo.accounts.find((account) => account.name === name);
      assert.ok(account, `the demo prints no keys of ${name}`);
      return account;
    },
    async stop() {
      child.kill("SIGINT");
      await Promise.race([exit, timeout(STOP_TIMEOUT, "the demo did not stop")]);
    },
  };
}

function timeout(ms, reason) {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(reason)), ms).unref());
}

let browser;

/** A page in a browser of its own profile. What scripts complain about fails the test that is running. */
export async function openPage({ width = 1280, height = 900, ...context } = {}) {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const profile = await browser.newContext({ viewport: { width, height }, ...context });
  profile.setDefaultTimeout(PATIENCE);
  const page = await profile.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  page.on("console", (message) => {
    // an answer of 404 is part of what is tested
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) page.problems.push(message.text());
  });
  return page;
}

export async function closeBrowser() {
  await browser?.close();
  browser = undefined;
}
