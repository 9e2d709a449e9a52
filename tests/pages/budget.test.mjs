import assert from "node:assert/strict";
import { suite } from "./support.mjs";

/** Most bytes of assets that a first view fetches, as they are sent. */
const BUDGET = 100_000;
const PAGES = ["/", "/style", "/operator", "/no-such-page"];

suite("budget", (at) => {
  at("first views are light", async ({ context, demo, allow }) => {
    allow(/404/);
    for (const path of PAGES) {
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send("Network.enable");
      await session.send("Network.setCacheDisabled", { cacheDisabled: true });
      const assets = new Set();
      let bytes = 0;
      session.on("Network.responseReceived", ({ requestId, response }) => {
        if (response.url.includes("/assets/")) assets.add(requestId);
      });
      session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
        if (assets.has(requestId)) bytes += encodedDataLength;
      });
      await page.goto(demo.sideChain + path);
      await page.waitForLoadState("load");
      await page.waitForTimeout(500);
      assert.ok(assets.size >= 2, `${path} fetches a script and a style sheet`);
      assert.ok(bytes <= BUDGET, `${path} fetches ${bytes} bytes of assets`);
      console.log(`${path}: ${bytes} bytes of assets`);
      await page.close();
    }
  });
});
