// Pools and swaps: a pool from nothing, and a swap that its own protection refuses because somebody was faster.
import assert from "node:assert/strict";
import { unique } from "./chain.mjs";
import { awake, suite } from "./support.mjs";
import { agree, become, reviewed, trading, units } from "./trading.mjs";

suite("swap", (at, width) => {
  at("swaps in the demo's pool by the better way", async ({ page, context, open, demo, axe, shot }) => {
    const { balance } = trading(demo);
    const name = width === "phone" ? "bob" : "carol";
    await become(context, name, demo);
    await open("/swap?from=COOL&to=STEEMP&amount=5");
    await page.locator("#swap-quote [data-call]").waitFor();
    assert.match(await page.innerText("#swap-quote"), /Also possible/);
    await axe();
    await shot("swap");
    await page.emulateMedia({ colorScheme: "dark" });
    await axe("colours");
    await shot("swap-dark");
    const before = [await balance(name, "COOL"), await balance(name, "STEEMP")];
    await page.fill("#slippage", "3");
    await page.waitForURL("**slippage=3**");
    await page.locator("#swap-quote [data-call]").click();
    const { stage, text } = await agree(page, page.locator("t-action:has(.swap-answer)"));
    assert.notEqual(stage, "failed", text);
    assert.equal(before[0] - (await balance(name, "COOL")), units("5"));
    assert.ok((await balance(name, "STEEMP")) > before[1]);
  });

  at("lists pools and shows one, light and dark", async ({ page, context, open, demo, axe, shot }) => {
    await become(context, "alice", demo);
    await open("/pools");
    await page.getByRole("link", { name: /COOL:STEEMP/ }).first().waitFor();
    await axe();
    await shot("pools");
    await page.getByRole("link", { name: /COOL:STEEMP/ }).first().click();
    await page.getByRole("heading", { level: 1, name: "COOL:STEEMP" }).waitFor();
    await page.locator("price-chart canvas").first().waitFor();
    await axe();
    await shot("pool");
    await page.emulateMedia({ colorScheme: "dark" });
    await axe("colours");
    await shot("pool-dark");
  });

  at("a pool from nothing: made, filled, swapped in; and a swap that comes too late changes nothing", async (story) => {
    const { page, context, open, demo, axe, shot } = story;
    const { mint, acts, balance, findOne } = trading(demo);
    const maker = demo.network.engineAccount;
    const [one, other] = ["ONE", "OTHER"].map((name) => unique(name).toUpperCase());
    const pair = `${one}:${other}`;
    const rich = { [maker]: "10000", dave: "1000", erin: "100" };
    await mint({ symbol: one, to: rich }, { symbol: other, to: rich });
    await become(context, maker, demo);
    await open("/pools");
    const make = page.locator("t-action[call='marketpools.createPool']");
    await make.locator("input[name=tokenPair]").fill(pair);
    await make.locator("button[type=submit]").click();
    let done = await agree(page, make);
    assert.notEqual(done.stage, "failed", done.text);
    await open(`/pools/${pair}`);
    await page.getByText("You are the first").waitFor();
    const add = page.locator("t-action[call='marketpools.addLiquidity']");
    await page.fill("#base-quantity", "1000");
    await page.fill("#quote-quantity", "2000");
    await add.locator("button[type=submit]").click();
    done = await agree(page, add);
    assert.notEqual(done.stage, "failed", done.text);
    await page.locator("#pool-figures", { hasText: "2,000" }).waitFor();
    // from now on either amount gives the other
    await open(`/pools/${pair}`);
    await page.fill("#base-quantity", "5");
    assert.equal(await page.inputValue("#quote-quantity"), "10");
    await axe();
    await shot("made");

    // erin is a moment too late
    const hers = await context.browser().newContext({ viewport: page.viewportSize(), locale: "en-US" });
    try {
      await become(hers, "erin", demo);
      const swap = await hers.newPage();
      await swap.goto(`${demo.sideChain}/swap?from=${one}&to=${other}&amount=10`);
      await awake(swap);
      await swap.locator("#swap-quote [data-call]").click();
      assert.match((await reviewed(swap))[0], new RegExp(`^Swap in the pool ${pair}: 10 ${one}`));
      await acts("dave", [
        "marketpools",
        "swapTokens",
        { tokenPair: pair, tokenSymbol: one, tokenAmount: "100", tradeType: "exactInput", minAmountOut: "100" },
      ]);
      const before = [await balance("erin", one), await balance("erin", other)];
      const pool = await findOne("marketpools", "pools", { tokenPair: pair });
      const late = await agree(swap, swap.locator("t-action:has(.swap-answer)"));
      assert.equal(late.stage, "failed", late.text);
      assert.match(late.text, /The price moved|exceeded max slippage/);
      assert.deepEqual([await balance("erin", one), await balance("erin", other)], before);
      assert.deepEqual(await findOne("marketpools", "pools", { tokenPair: pair }), pool);
      // the next quote is of now
      await swap.locator("#swap-quote", { hasText: "16.3" }).waitFor();
    } finally {
      await hers.close();
    }

    // and takes half of it out
    const remove = page.locator("t-action[call='marketpools.removeLiquidity']");
    await page.reload();
    await awake(page);
    await page.fill("#shares", "50");
    const before = await balance(maker, one);
    await remove.locator("button[type=submit]").click();
    done = await agree(page, remove);
    assert.notEqual(done.stage, "failed", done.text);
    assert.equal((await balance(maker, one)) - before, units("550"));
  });
});
