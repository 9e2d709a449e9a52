// The network as a whole: what happens day by day, points to verify a node by, the public nodes.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { suite } from "./support.mjs";

const run = promisify(execFile);

/** Runs `tartan`, and gives what it prints as JSON. */
async function tartan(...args) {
  const { stdout } = await run(process.env.TARTAN_BIN, [...args, "--json"]);
  return JSON.parse(stdout);
}

/** A node of one's own that lists public nodes; `stop` ends it. */
async function node(mainChain, publicNodes) {
  const folder = await mkdtemp(join(tmpdir(), "tartan-network-"));
  const args = ["node", "--main-chain", mainChain, "--data-dir", join(folder, "data"), "--listen", "127.0.0.1:0"];
  const more = ["--no-index", "--block-interval", "1s", "--public-nodes", publicNodes.join(","), "--json", "--log", "error"];
  const child = spawn(process.env.TARTAN_BIN, [...args, ...more], { stdio: ["ignore", "pipe", "ignore"] });
  process.on("exit", () => child.kill("SIGKILL"));
  const exit = once(child, "exit");
  const [line] = await Promise.race([
    once(createInterface(child.stdout), "line"),
    exit.then(([code]) => Promise.reject(new Error(`the node ended with ${code}`))),
  ]);
  const stop = async () => {
    child.kill("SIGINT");
    await exit;
    await rm(folder, { recursive: true, force: true });
  };
  return { address: JSON.parse(line).sideChain, stop };
}

/** Waits until what an address tells is as wanted. */
async function until(address, wanted) {
  let told;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    told = await json(address);
    if (wanted(told)) return told;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return assert.fail(`${address}: ${JSON.stringify(told)}`);
}

const json = async (address) => (await fetch(address, { headers: { accept: "application/json" } })).json();

suite("network", (at) => {
  at("shows what happened day by day", async ({ page, open, axe, shot, demo }) => {
    await open("/");
    await page.getByRole("link", { name: "Day by day" }).click();
    await page.getByRole("heading", { level: 1, name: "Statistics" }).waitFor();
    // the contracts of the chart, by name; the demo's founder has traded and issued
    const contracts = page.getByRole("region", { name: "Transactions a day, by contract" });
    await contracts.getByRole("link", { name: "tokens", exact: true }).waitFor();
    await page.getByRole("img", { name: /^Tokens created a day\. Most: \d+ on 20/ }).waitFor();
    await axe();
    await shot("stats");
    await page.locator("summary", { hasText: "All numbers, day by day" }).click();
    const rows = page.getByRole("region", { name: "All numbers, day by day" }).getByRole("row");
    assert.equal(await rows.count(), 31, "a head and 30 days");
    await page.getByRole("link", { name: "7 days" }).click();
    await page.getByRole("link", { name: "7 days", exact: true }).and(page.locator("[aria-current]")).waitFor();
    await page.emulateMedia({ colorScheme: "dark" });
    await axe();
    await shot("stats-dark");
    // what is shown is what a program gets, but for what came in between
    const told = await json(`${demo.sideChain}/stats.json?days=7`);
    const shown = await page.locator("main .figure dd").first().textContent();
    assert.ok(Number(shown.replaceAll(",", "")) <= told.transactions, `${shown} of ${told.transactions}`);
    assert.equal(told.daily.length, 7);
    const days = told.daily.reduce((sum, day) => sum + day.transactions, 0);
    assert.equal(days, told.transactions);
  });

  at("gives the days to a spreadsheet", async ({ page, open }) => {
    await open("/stats?days=7");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "As CSV" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "stats-7-days.csv");
    const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
    assert.equal(lines.length, 8);
    assert.match(lines[0], /^day,transactions,failed,active accounts/);
  });

  at("says what to mend in an address", async ({ page, open, allow }) => {
    allow(/400/);
    await open("/stats?days=8");
    await page.getByText("expected days to be 7, 30 or 90, found 8").waitFor();
  });

  at("publishes points that a node is verified by", async ({ page, open, axe, shot, demo }) => {
    await open("/blocks");
    await page.getByRole("navigation", { name: "Parts of the explorer" }).getByRole("link", { name: "Checkpoints" }).click();
    await page.getByRole("heading", { level: 1, name: "Checkpoints" }).waitFor();
    // the first block, and one that came later
    const points = page.getByRole("region", { name: "Points" });
    await points.getByRole("link", { name: "0", exact: true }).waitFor();
    await points.getByRole("row").nth(2).waitFor();
    await axe();
    await shot("checkpoints");
    await page.emulateMedia({ colorScheme: "dark" });
    await axe();
    // the command that is shown does what it says
    const command = await page.locator("main pre code").first().textContent();
    const [program, ...args] = command.replace("http://127.0.0.1:5000", demo.sideChain).split(" ");
    assert.equal(program, "tartan");
    const verified = await tartan(...args);
    assert.equal(verified.agree, verified.points);
    assert.ok(verified.lastAgreeing >= 10);
    // and so does the file
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download the points" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "checkpoints.json");
    const file = await download.path();
    const again = await tartan("verify", "--checkpoints", file, "--side-chain", demo.sideChain);
    assert.ok(again.agree >= verified.agree);
  });

  at("says how to list public nodes where there are none", async ({ page, open, axe, shot }) => {
    await open("/nodes");
    await page.getByText("No public nodes are listed").waitFor();
    await page.getByText("tartan node --public-nodes https://node.example.org").waitFor();
    await axe();
    await shot("nodes-none");
  });

  at("compares public nodes, and says which are out of reach", async ({ page, axe, shot, demo, allow }) => {
    const own = await node(demo.mainChain, [demo.sideChain, "http://127.0.0.1:9"]);
    try {
      // it is another origin than the demo's
      allow(new RegExp(`^request: ${own.address}/`));
      const is = (told, place, standing) => told.nodes[place].standing.is === standing;
      await until(`${own.address}/nodes.json`, (told) => is(told, 0, "agrees") && is(told, 1, "unreachable"));
      await page.goto(`${own.address}/`);
      await page.getByRole("link", { name: "1 of 2" }).click();
      await page.getByRole("heading", { level: 1, name: "Nodes" }).waitFor();
      const row = (address) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: address }) });
      await row(demo.sideChain).getByText("✓ agrees").waitFor();
      await row(demo.sideChain).getByText("full", { exact: true }).waitFor();
      await row("http://127.0.0.1:9").getByText("✕ no answer").waitFor();
      await row("http://127.0.0.1:9").getByText("it cannot be reached").waitFor();
      await axe();
      await shot("nodes");
      await page.emulateMedia({ colorScheme: "dark" });
      await axe();
      await shot("nodes-dark");
    } finally {
      await own.stop();
    }
  });

  at("reads without a script", async ({ page, open }) => {
    await open("/stats");
    await page.getByRole("heading", { level: 2, name: "Active accounts a day" }).waitFor();
    await open("/nodes");
    await page.getByRole("heading", { level: 1, name: "Nodes" }).waitFor();
    await open("/checkpoints");
    assert.match(await page.locator("main pre").first().innerText(), /^tartan verify --checkpoints http/);
  }, { javaScriptEnabled: false });
});
