// Traders' scripts (the market's half of them; those of pools are in swap.test.mjs): each in markets of its own, where nobody else
// trades, so that every number is known beforehand. What other members do meanwhile is signed by the binary, or, where it
// matters that they see it, in a browser of their own.
//
// Proven elsewhere, and not again here: that each of 19 kinds of bars is put together right, over midnight and months
// (crates/index), that books of 2,000 levels are drawn without long frames (no clock of a test machine is to be trusted), that
// no order of random ones loses or creates anything (crates/contracts).
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { unique } from "./chain.mjs";
import { suite } from "./support.mjs";
import { agree, become, reviewed, trading, units } from "./trading.mjs";

/** Who has what before the first script. */
const TRADERS = ["dave", "erin", "frank"];
const SEVEN = ["A", "B", "C", "D", "E", "F", "G"];

/** What the tokens of this run are called at the end: they are its own. */
const RUN = unique("", 3).toUpperCase();
const [WHOLE, EIGHT] = [`WHOLE${RUN}`, `EIGHT${RUN}`];

const prepared = new Map();

/** Tokens for the scripts of a width, and coins for all traders: once. */
function prepare(demo, width) {
  const { mint, deposit } = trading(demo);
  const to = { dave: "1000", erin: "1000", frank: "1000" };
  const names = ["LIM", "LVL", "TIM", "EXP", "CAN", "CUT", "REJ"];
  const tokens = names.map((name) => ({ symbol: symbolOf(name, width), to }));
  const once = [
    { symbol: WHOLE, precision: 0, to },
    { symbol: EIGHT, precision: 8, to },
    ...SEVEN.map((name) => ({ symbol: `MY${RUN}${name}`, to: { dave: "10" } })),
  ];
  if (!prepared.has(width)) {
    const made = mint(...tokens, ...(width === "desk" ? once : []));
    prepared.set(width, Promise.all([made, ...TRADERS.map((name) => deposit(name, 50))]));
  }
  return prepared.get(width);
}

const symbolOf = (name, width) => name + (width === "phone" ? "P" : "D") + RUN;

suite("exchange", (at, width) => {
  const script = (name, story, options) =>
    at(name, async (tools) => {
      await prepare(tools.demo, width);
      await story({ ...tools, ...trading(tools.demo), base: tools.demo.network.chain === "hive" ? "SWAP.HIVE" : "STEEMP" });
    }, options);
  const once = (on, name, story, options) => (on === width ? script(name, story, options) : undefined);

  /** The order form of a page. */
  const form = (page) => {
    const whole = page.locator("trade-form");
    const choose = (name, value) => page.check(`trade-form [name=${name}][value=${value}]`, { force: true });
    return {
      ready: () => page.locator("trade-form[data-side]").waitFor(),
      estimate: () => whole.locator("[data-estimate]").innerText(),
      fill: async ({ side, kind = "limit", price, quantity, total, expiration }) => {
        await choose("side", side);
        await choose("kind", kind);
        for (const [name, value] of Object.entries({ price, quantity, total }))
          if (value !== undefined) await page.fill(`#${name}`, value);
        if (expiration) await page.selectOption("#expiration", expiration);
      },
      submit: () => whole.locator("[data-submit]").click(),
      signed: async () => {
        await whole.locator("[data-submit]").click();
        return agree(page, whole);
      },
    };
  };

  /** Fails unless it was done; gives what was said. */
  const done = ({ said, stage, text }) => {
    assert.ok(stage === "done" || stage === "final", text);
    return said;
  };

  script("a limit buy below the ask rests, is partly filled by another member, cancelled; then a market buy", async (story) => {
    const { page, context, demo, open, acts, balance, findOne, find, base, shot, axe } = story;
    const symbol = symbolOf("LIM", width);
    await acts("dave", ["market", "sell", { symbol, quantity: "100", price: "0.5" }]);
    await become(context, "erin", demo);
    const start = [await balance("erin", base), await balance("erin", symbol)];
    const others = [await balance("frank", base), await balance("frank", symbol)];
    await open(`/trade/${symbol}`);
    const own = form(page);
    await own.ready();
    await own.fill({ side: "buy", price: "0.4", quantity: "10", expiration: "604800" });
    assert.match(await own.estimate(), /Waits in the book/);
    assert.deepEqual(done(await own.signed()), [`Buy 10 ${symbol} at a price of 0.4 or lower`]);
    const level = page.locator("#market-bids tr[data-key='b0.4']");
    await level.locator(".own").waitFor();
    const row = await findOne("market", "buyBook", { symbol, account: "erin" });
    assert.equal(row.expiration - row.timestamp, 604800);
    assert.equal(row.tokensLocked, "4.00000000");

    // frank, in a browser of his own, sees it and sells into it
    const other = await context.browser().newContext({ viewport: page.viewportSize(), locale: "en-US" });
    try {
      await become(other, "frank", demo);
      const hers = await other.newPage();
      await hers.goto(page.url());
      const his = form(hers);
      await his.ready();
      await hers.locator("#market-bids tr[data-key='b0.4'] a").click();
      assert.equal(await hers.inputValue("#price"), "0.4");
      await his.fill({ side: "sell", quantity: "4" });
      assert.match(await his.estimate(), /Fills at once at about 0\.4/);
      done(await his.signed());
    } finally {
      await other.close();
    }
    // erin sees it without doing anything
    await level.getByText("6.000").first().waitFor();
    await page.locator("#market-orders tr", { hasText: "6" }).first().waitFor();
    await axe();
    await shot("partly-filled");
    await page.locator("#market-orders [data-cancel^='buy ']").first().click();
    done(await agree(page, page.locator("order-list")));
    await page.locator("#market-orders", { hasText: "no open orders" }).waitFor();

    await own.fill({ side: "buy", kind: "market", total: "1" });
    assert.match(await own.estimate(), new RegExp(`About 2 ${symbol} at 0\\.5 on average, at worst 0\\.5\\. Slippage 0\\.00 %`));
    done(await own.signed());

    const end = [await balance("erin", base), await balance("erin", symbol)];
    assert.deepEqual([end[0] - start[0], end[1] - start[1]], [-units("2.6"), units("6")]);
    const his = [await balance("frank", base), await balance("frank", symbol)];
    assert.deepEqual([his[0] - others[0], his[1] - others[1]], [units("1.6"), -units("4")]);
    assert.deepEqual(await find("market", "buyBook", { symbol }), []);
    const metrics = await findOne("market", "metrics", { symbol });
    assert.deepEqual(
      [metrics.lastPrice, metrics.lowestAsk, metrics.highestBid, metrics.volume].map(units),
      [units("0.5"), units("0.5"), 0n, units("2.6")],
    );
    await page.locator("#market-figures", { hasText: "2.6" }).waitFor();
  });

  once("phone", "a market buy through three levels comes to what was estimated", async (story) => {
    const { page, context, demo, open, acts, balance, find, base, axe } = story;
    const symbol = symbolOf("LVL", width);
    const ask = (quantity, price) => ["market", "sell", { symbol, quantity, price }];
    await acts("dave", ask("5", "0.1"), ask("5", "0.11"), ask("5", "0.123"));
    await become(context, "erin", demo);
    const start = [await balance("erin", base), await balance("erin", symbol)];
    await open(`/trade/${symbol}`);
    const own = form(page);
    await own.ready();
    await own.fill({ side: "buy", kind: "market", total: "1.3" });
    const said = await own.estimate();
    const [, quantity, average, worst] = said.match(/About ([\d.]+) \S+ at ([\d.]+) on average, at worst ([\d.]+)/) ?? [];
    await axe();
    done(await own.signed());
    const trades = await find("market", "tradesHistory", { symbol });
    assert.equal(trades.length, 3);
    const sum = (field) => trades.reduce((sum, trade) => sum + units(trade[field]), 0n);
    assert.equal(sum("quantity"), units(quantity));
    assert.equal(units(average), (sum("volume") * 100_000_000n) / sum("quantity"));
    assert.equal(units(worst), units(trades.at(-1).price));
    assert.equal((await balance("erin", symbol)) - start[1], units(quantity));
    assert.equal(start[0] - (await balance("erin", base)), sum("volume"));
  });

  once("desk", "who was there first at a price is filled first", async (story) => {
    const { page, context, demo, open, acts, find, axe } = story;
    const symbol = symbolOf("TIM", width);
    await acts("frank", ["market", "sell", { symbol, quantity: "5", price: "0.2" }]);
    await acts("dave", ["market", "sell", { symbol, quantity: "5", price: "0.2" }]);
    await become(context, "erin", demo);
    await open(`/trade/${symbol}`);
    const own = form(page);
    await own.ready();
    await page.locator("#market-asks tr[data-key='a0.2']", { hasText: "10.000" }).waitFor();
    await own.fill({ side: "buy", price: "0.2", quantity: "6" });
    done(await own.signed());
    const rest = await find("market", "sellBook", { symbol });
    assert.deepEqual(rest.map(({ account, quantity }) => [account, quantity]), [["dave", "4.000"]]);
    const trades = await find("market", "tradesHistory", { symbol });
    assert.deepEqual(trades.map(({ seller, quantity }) => [seller, quantity]), [["frank", "5.000"], ["dave", "1.000"]]);
    await page.locator("#market-asks tr[data-key='a0.2']", { hasText: "4.000" }).waitFor();
    await axe();
  });

  once("phone", "an order whose time is over goes, and what it held comes back", async (story) => {
    const { page, context, demo, open, acts, balance, find, base, axe } = story;
    const symbol = symbolOf("EXP", width);
    await become(context, "erin", demo);
    const before = await balance("erin", base);
    await acts("erin", ["market", "buy", { symbol, quantity: "10", price: "0.1", expiration: 15 }]);
    assert.equal(await balance("erin", base), before - units("1"));
    await open("/orders");
    await page.locator("#open-orders", { hasText: symbol }).waitFor();
    await axe();
    for (let waited = 0; (await find("market", "buyBook", { symbol })).length > 0; waited += 1) {
      assert.ok(waited < 40, "the order is still there");
      await pause(1_000);
    }
    assert.equal(await balance("erin", base), before);
    await open("/orders");
    assert.ok(!(await page.locator("#open-orders").innerText()).includes(symbol));
  });

  once("desk", "cancels more than forty orders in seven markets with one signature", async (story) => {
    const { page, context, demo, open, acts, balance, find, base, axe, shot } = story;
    const before = await balance("erin", base);
    const markets = SEVEN.map((name) => `MY${RUN}${name}`);
    const orders = Array.from({ length: 42 }, (_, place) => {
      const price = `0.0${String(place + 10)}`;
      return ["market", "buy", { symbol: markets[place % 7], quantity: "1", price }];
    });
    await acts("erin", ...orders);
    const held = orders.reduce((sum, [, , { price }]) => sum + units(price), 0n);
    assert.equal(await balance("erin", base), before - held);
    await become(context, "erin", demo);
    await open(`/orders?symbol=MY${RUN}`);
    await page.getByRole("heading", { name: "Open orders: 42" }).waitFor();
    await axe();
    await shot("many-orders");
    await page.locator("[data-cancel=all]").click();
    const { said, stage, text } = await agree(page, page.locator("order-list"));
    // two operations of the main chain
    assert.equal(said.length, 42);
    assert.notEqual(stage, "failed", text);
    await page.locator("#open-orders", { hasText: "no open orders" }).waitFor();
    assert.deepEqual(await find("market", "buyBook", { account: "erin", symbol: { $in: markets } }), []);
    assert.equal(await balance("erin", base), before);
  });

  once("desk", "draws the candles of a day that is known beforehand", async (story) => {
    const { page, open, acts, demo, axe, shot } = story;
    const symbol = symbolOf("CAN", width);
    const order = (side, quantity, price) => ["market", side, { symbol, quantity, price }];
    // opens at 0.5, goes up to 0.8, down to 0.3, closes at 0.6
    await acts("dave", order("sell", "1", "0.5"), order("sell", "2", "0.8"), order("buy", "4", "0.3"));
    await acts("frank", order("buy", "1", "0.5"), order("buy", "2", "0.8"), order("sell", "4", "0.3"));
    await acts("dave", order("sell", "1.5", "0.6"));
    await acts("frank", order("buy", "1.5", "0.6"));
    await open(`/trade/${symbol}`);
    await page.locator("price-chart canvas").first().waitFor();
    const answer = await fetch(`${demo.sideChain}/trade/${symbol}/candles.json?interval=1d`);
    const { bars } = await answer.json();
    // two, if it was midnight meanwhile
    const highs = bars.map(([, , high]) => units(high)).sort();
    const lows = bars.map(([, , , low]) => units(low)).sort();
    const volume = bars.reduce((sum, bar) => sum + units(bar[5]), 0n);
    assert.deepEqual(
      [units(bars[0][1]), highs.at(-1), lows[0], units(bars.at(-1)[4]), volume],
      [units("0.5"), units("0.8"), units("0.3"), units("0.6"), units("4.2")],
    );
    const figures = await page.locator("#market-figures").innerText();
    for (const part of ["0.6", "0.8", "0.3", "4.2", "+20.00 %"]) assert.ok(figures.includes(part), `${part} in ${figures}`);
    await axe();
    await shot("candles");
  });

  once("phone", "a connection that was cut comes back, and the book is what the table is", async (story) => {
    const { page, context, demo, open, acts, find, allow } = story;
    allow(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|Failed to load resource/);
    const symbol = symbolOf("CUT", width);
    const order = (side, quantity, price) => ["market", side, { symbol, quantity, price }];
    await acts("dave", order("sell", "5", "0.5"), order("sell", "5", "0.6"), order("buy", "5", "0.1"));
    await open(`/trade/${symbol}`);
    await page.locator("#market-asks tr[data-key='a0.5']").waitFor();
    // so that the stream of events stands
    await page.locator("trade-form[data-side]").waitFor();
    await acts("dave", order("buy", "1", "0.2"));
    await page.locator("#market-bids tr[data-key='b0.2']").waitFor();
    await context.setOffline(true);
    await acts("frank", order("buy", "5", "0.5"), order("sell", "2", "0.7"));
    assert.equal(await page.locator("#market-asks tr[data-key='a0.5']").count(), 1, "nothing came through");
    await context.setOffline(false);
    await page.locator("#market-asks tr[data-key='a0.7']").waitFor({ timeout: 40_000 });
    const shown = async (side) =>
      page.locator(`#market-${side} tr[data-key] td:first-child a`).evaluateAll((links) => links.map((link) => link.textContent));
    const table = async (name) => (await find("market", name, { symbol })).map(({ price }) => Number(price)).sort();
    assert.deepEqual((await shown("asks")).map(Number).sort(), await table("sellBook"));
    assert.deepEqual((await shown("bids")).map(Number).sort(), await table("buyBook"));
  });

  once("desk", "trades tokens without decimals and with eight", async (story) => {
    const { page, context, demo, open, acts, balance, base, axe } = story;
    await acts(
      "dave",
      ["market", "sell", { symbol: WHOLE, quantity: "10", price: "0.3" }],
      ["market", "sell", { symbol: EIGHT, quantity: "1", price: "0.87654321" }],
    );
    await become(context, "erin", demo);
    await open(`/trade/${WHOLE}`);
    let own = form(page);
    await own.ready();
    await own.fill({ side: "buy", price: "0.3", quantity: "1.5" });
    await own.submit();
    await page.locator("#quantity[aria-invalid=true]").waitFor();
    assert.match(await page.locator("[data-field=quantity] .error").innerText(), /decimals|whole/i);
    // three and a third
    await own.fill({ side: "buy", total: "1" });
    assert.equal(await page.inputValue("#quantity"), "3");
    let before = [await balance("erin", base), await balance("erin", WHOLE)];
    done(await own.signed());
    assert.equal(before[0] - (await balance("erin", base)), units("0.9"));
    assert.equal((await balance("erin", WHOLE)) - before[1], units("3"));
    await page.locator("#market-asks", { hasText: "7" }).waitFor();
    await axe();

    await open(`/trade/${EIGHT}`);
    own = form(page);
    await own.ready();
    await own.fill({ side: "buy", price: "0.87654321", quantity: "0.12345678" });
    const total = await page.inputValue("#total");
    before = [await balance("erin", base), await balance("erin", EIGHT)];
    done(await own.signed());
    assert.equal((await balance("erin", EIGHT)) - before[1], units("0.12345678"));
    assert.equal(before[0] - (await balance("erin", base)), units(total));
  });

  once("phone", "an order that the sidechain refuses although it was sent: why, and what to do", async (story) => {
    const { page, context, demo, open, acts, balance, axe, shot } = story;
    const symbol = symbolOf("REJ", width);
    await become(context, "erin", demo);
    await open(`/trade/${symbol}`);
    const own = form(page);
    await own.ready();
    await own.fill({ side: "sell", price: "0.5", quantity: "1000" });
    await own.submit();
    await reviewed(page);
    // meanwhile she sends most of it away from another device
    await acts("erin", ["tokens", "transfer", { symbol, to: "frank", quantity: "900" }]);
    const { stage, text } = await agree(page, page.locator("trade-form"));
    assert.equal(stage, "failed");
    assert.match(text, /Failed/);
    assert.match(text, /You do not have enough of this token/);
    assert.equal(await balance("erin", symbol), units("100"));
    assert.equal(await page.inputValue("#price"), "0.5", "what was typed stays");
    await axe();
    await shot("refused");
  });
});
