import assert from "node:assert/strict";
import { suite } from "./support.mjs";

/** Most bytes of assets that a first view fetches, as they are sent; the trading page has its own. */
const BUDGET = 100_000;
const TRADING_BUDGET = 200_000;
const TRADING = "/trade/COOL";
/** What counts, as the browser calls it: whatever a page loads but itself and its data. */
const ASSETS = new Set(["Script", "Stylesheet", "Font", "Image", "Media", "Other"]);
/** How long nothing more is fetched when a view is complete. */
const QUIET = 400;
/** So many pages are looked at at once: most of the time is quiet. */
const AT_ONCE = 4;

/** An address of every page there is. */
async function pages(origin) {
  const read = async (path) => (await fetch(origin + path, { headers: { accept: "application/json" } })).json();
  const [{ transactions }, { blocks }] = [await read("/live.json"), await read("/blocks.json")];
  const pools = await (await fetch(`${origin}/pools`, { headers: { accept: "text/html" } })).text();
  const pool = /href="(\/pools\/[^"/?]+)"/.exec(pools)?.[1];
  return [
    ["/", "/style", "/operator", "/no-such-page"],
    ["/login", "/signed"],
    ["/wallet", "/@bob/wallet", "/@bob/wallet/history", "/@bob/wallet/COOL"],
    ["/@bob/wallet/deposit", "/@bob/wallet/withdraw"],
    ["/tokens", "/tokens/COOL", "/tokens/COOL/richlist", "/tokens/COOL/manage", "/tokens/COOL/manage/pool", "/launch"],
    ["/markets", TRADING, "/orders", "/swap", "/pools", ...(pool === undefined ? [] : [pool])],
    ["/blocks", `/block/${blocks[0].number}`, `/tx/${transactions[0].id}`, "/live", "/pending", "/stats", "/checkpoints", "/nodes", "/@bob"],
    ["/search?q=cool", "/search?q=from:alice", "/contracts", "/contract/tokens", "/contract/tokens/actions?do=transfer", "/contract/tokens/table/balances", "/witnesses"],
  ].flat();
}

/** Bytes of the assets that a view fetches into an empty cache, headers and all. */
async function fetched(page, address) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const assets = new Map();
  let last = Date.now();
  session.on("Network.responseReceived", ({ requestId, type }) => {
    if (ASSETS.has(type)) assets.set(requestId, 0);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (!assets.has(requestId)) return;
    assets.set(requestId, encodedDataLength);
    last = Date.now();
  });
  await page.goto(address);
  await page.waitForLoadState("load");
  last = Math.max(last, Date.now());
  while (Date.now() - last < QUIET) await page.waitForTimeout(QUIET / 4);
  assert.ok(assets.size >= 2, `${address} fetches a script and a style sheet`);
  return { files: assets.size, bytes: [...assets.values()].reduce((sum, bytes) => sum + bytes, 0) };
}

suite("budget", (at) => {
  at("first views are light", async ({ context, demo, allow }) => {
    // of the page that is not there
    allow(/404/);
    const heavy = [];
    const paths = await pages(demo.sideChain);
    const look = async () => {
      for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
        const page = await context.newPage();
        const { files, bytes } = await fetched(page, demo.sideChain + path);
        console.log(`${path}: ${bytes} bytes in ${files} files${path === TRADING ? " (the trading page)" : ""}`);
        if (bytes > (path === TRADING ? TRADING_BUDGET : BUDGET)) heavy.push(`${path}: ${bytes} bytes`);
        await page.close();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, look));
    assert.deepEqual(heavy, [], `no first view fetches more than ${BUDGET} bytes of assets`);
  });
});
