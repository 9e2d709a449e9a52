// Traders: what they look at, and orders in a market that moves. Their scripts with numbers known beforehand are in
// exchange.test.mjs, pools and swaps in swap.test.mjs.
import assert from "node:assert/strict";
import { until } from "./chain.mjs";
import { suite } from "./support.mjs";
import { agree, become, trading, units } from "./trading.mjs";

suite("market", (at, width) => {
  /** What an account has bought and sold so far. */
  const traded = async (demo, account) => {
    const trades = await trading(demo).ask("/market", "trades", { account, limit: 1000 });
    let [tokens, coins] = [0n, 0n];
    for (const { buyer, quantity, volume } of trades) {
      const sign = buyer === account ? 1n : -1n;
      tokens += sign * units(quantity);
      coins -= sign * units(volume);
    }
    return { tokens, coins };
  };

  at("lists markets, light and dark", async ({ page, open, axe, shot }) => {
    await open("/markets");
    await page.getByRole("link", { name: /^COOL/ }).waitFor();
    const star = page.locator("favourite-star button").first();
    await star.click();
    await page.getByRole("link", { name: "Favourites" }).click();
    await page.getByRole("link", { name: /^COOL/ }).waitFor();
    await axe();
    await shot("list");
    await page.emulateMedia({ colorScheme: "dark" });
    await axe("colours");
    await shot("list-dark");
  });

  at("shows a market that moves, light and dark", async ({ page, context, open, demo, axe, shot }) => {
    await become(context, "grace", demo);
    await open("/trade/COOL");
    await page.locator("price-chart canvas").first().waitFor();
    await page.locator("#market-asks .own").first().waitFor();
    await page.locator("#market-orders [data-order]").first().waitFor();
    const before = await page.locator("#market-state").textContent();
    await page.waitForFunction(
      (before) => document.getElementById("market-state").textContent !== before,
      before,
      { timeout: 60_000 },
    );
    await axe();
    await shot("trade");
    await page.emulateMedia({ colorScheme: "dark" });
    await axe("colours");
    await shot("trade-dark");
    await page.click("[data-view=depth]");
    await page.locator("#market-depth svg").waitFor();
    await shot("depth");
  });

  at("goes by keyboard, and any two numbers give the third", async ({ page, open }) => {
    await open("/trade/COOL");
    await page.locator("trade-form[data-side]").waitFor();
    await page.keyboard.press("s");
    assert.equal(await page.evaluate(() => document.activeElement.id), "price");
    assert.equal(await page.isChecked("[name=side][value=sell]"), true);
    await page.keyboard.press("Escape");
    await page.keyboard.press("b");
    await page.fill("#price", "0.3");
    await page.fill("#quantity", "1.5");
    assert.equal(await page.inputValue("#total"), "0.45");
    await page.fill("#total", "0.1");
    assert.equal(await page.inputValue("#quantity"), "0.333");
    await page.fill("#price", "0.2");
    assert.equal(await page.inputValue("#quantity"), "0.5");
    assert.match(await page.innerText("[data-ask]:not([hidden])"), /%/);
  });

  at("reads without a script", async ({ page, open }) => {
    await open("/trade/COOL");
    assert.match(await page.locator("#market-bids").innerText(), /0\.\d/);
    assert.match(await page.locator("#market-trades").innerText(), /0\.\d/);
    await page.locator("#market-depth svg").waitFor();
  }, { javaScriptEnabled: false });

  at("buys by limit, cancels the rest, and buys at the market, to the last digit", async ({ page, context, open, demo, axe, shot, width }) => {
    const name = width === "phone" ? "bob" : "carol";
    const { balance } = trading(demo);
    await become(context, name, demo);
    const start = { tokens: await balance(name, "COOL"), coins: await balance(name, "STEEMP") };
    const first = await traded(demo, name);
    await open("/trade/COOL");
    const form = page.locator("trade-form");
    await page.locator("trade-form[data-side]").waitFor();
    const submit = () => form.locator("[data-submit]").click();
    const side = (name) => page.check(`[name=side][value=${name}]`, { force: true });
    const kind = (name) => page.check(`[name=kind][value=${name}]`, { force: true });

    // coins to buy with
    await side("sell");
    await kind("market");
    await page.fill("#quantity", "10");
    assert.match(await form.locator("[data-estimate]").innerText(), /STEEMP at/);
    await submit();
    let done = await agree(page, form);
    assert.deepEqual(done.said, ["Sell 10 COOL at the market price"]);
    assert.notEqual(done.stage, "failed", done.text);
    // what came of it can be spent as soon as the page has it
    await page.waitForFunction(() => Number(document.querySelector("[data-balance=base]").textContent) > 0.5);

    // an order that rests: far enough below that nobody takes it
    await side("buy");
    await kind("limit");
    const last = Number(await page.locator("#market-middle strong").innerText());
    await page.fill("#price", (last * 0.85).toFixed(4));
    await page.fill("#quantity", "2");
    await submit();
    done = await agree(page, form);
    assert.match(done.said[0], /^Buy 2 COOL/);
    assert.notEqual(done.stage, "failed", done.text);
    const order = page.locator("#market-orders [data-cancel^='buy ']").first();
    await order.waitFor();
    await axe();
    await shot("own-order");
    await order.click();
    done = await agree(page, page.locator("order-list"));
    assert.match(done.said[0], /^Cancel the buy order/);
    await page.locator("#market-orders", { hasText: "no open orders" }).waitFor();

    await kind("market");
    await page.fill("#total", "0.2");
    await submit();
    done = await agree(page, form);
    assert.deepEqual(done.said, ["Buy COOL for 0.2 at the market price"]);
    assert.notEqual(done.stage, "failed", done.text);

    await page.waitForFunction(() => document.querySelector("#market-fills table") !== null);
    const end = { tokens: await balance(name, "COOL"), coins: await balance(name, "STEEMP") };
    // the index of trades follows the chain
    await until("trades that add up to what the balances say", async () => {
      const now = await traded(demo, name);
      const [tokens, coins] = [now.tokens - first.tokens, now.coins - first.coins];
      return end.tokens - start.tokens === tokens && end.coins - start.coins === coins;
    });
    await open("/orders");
    await page.getByRole("link", { name: "All your trades as a table (CSV)" }).waitFor();
    await axe();
    await shot("orders");
  });

  if (width === "phone")
    at("fits the narrowest phones", async ({ page, context, open, demo, shot }) => {
      await become(context, "grace", demo);
      const pages = ["/markets", "/trade/COOL", "/orders", "/pools", "/pools/COOL:STEEMP", "/swap?from=COOL&to=STEEMP&amount=5"];
      for (const path of pages) {
        await open(path);
        // charts and quotes come a moment later
        await page.waitForTimeout(500);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(over, 0, `${path} is ${over} pixels too wide`);
        await shot(`narrow${path.split("?")[0].replaceAll(/[/:]/g, "-")}`);
      }
    }, { viewport: { width: 320, height: 640 } });
});
