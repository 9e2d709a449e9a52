// What stories about trading need beside the page: other members who act meanwhile, and what the chain says.
//
//   import { trading } from "./trading.mjs";
//
//   const { acts, balance, become } = trading(demo);
//   await acts("dave", ["market", "sell", { symbol: "COOL", quantity: "1", price: "0.5" }]);
//
// What they do is signed by the binary (`tartan sign`, `tartan broadcast`), with the keys that the demo prints.
import assert from "node:assert/strict";
import { act, refusals } from "./chain.mjs";

/** A main-chain operation has at most 8192 bytes of JSON. */
const MOST = 7_500;

/** An amount with 8 decimals as a count of the smallest units. */
export function units(text) {
  const [whole, fraction = ""] = String(text).split(".");
  return BigInt(whole + fraction.padEnd(8, "0"));
}

export function trading(demo) {
  const coin = { steem: "STEEM", hive: "HIVE" }[demo.network.chain];

  /** Asks the sidechain. */
  const ask = async (path, method, params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const answer = await fetch(demo.sideChain + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const { result, error } = await answer.json();
    assert.equal(error, undefined, JSON.stringify(error));
    return result;
  };

  const find = (contract, table, query) => ask("/contracts", "find", { contract, table, query, limit: 1000 });
  const findOne = (contract, table, query) => ask("/contracts", "findOne", { contract, table, query });

  const balance = async (account, symbol) => {
    const row = await findOne("tokens", "balances", { account, symbol });
    return units(row?.balance ?? "0");
  };

  /** Signs operations of the main chain as an account, and waits until they are executed; gives what was refused. */
  const send = async (account, operations) => refusals(demo, await act(demo, account, operations, "active"));

  /** Calls contracts as an account, in one transaction if they fit into one; gives what they refused. */
  const tries = async (account, ...calls) => {
    const bundles = [[]];
    for (const [contractName, contractAction, contractPayload] of calls) {
      const call = { contractName, contractAction, contractPayload };
      const last = bundles.at(-1);
      if (JSON.stringify([...last, call]).length > MOST) bundles.push([call]);
      else last.push(call);
    }
    const refused = [];
    for (const bundle of bundles) {
      const { customJsonId: id } = demo.network;
      const json = JSON.stringify(bundle);
      const operation = ["custom_json", { required_auths: [account], required_posting_auths: [], id, json }];
      refused.push(...(await send(account, [operation])));
    }
    return refused;
  };

  /** The same where nothing may be refused. */
  const acts = async (account, ...calls) => assert.deepEqual(await tries(account, ...calls), []);

  /** Pays coins of the main chain into the peg: 1 % less arrives. */
  const deposit = async (account, coins) => {
    const contractName = { STEEM: "steempegged", HIVE: "hivepegged" }[coin];
    const memo = JSON.stringify({
      id: demo.network.customJsonId,
      json: { contractName, contractAction: "buy", contractPayload: {} },
    });
    const to = { STEEM: "steem-peg", HIVE: "honey-swap" }[coin];
    const errors = await send(account, [["transfer", { from: account, to, amount: `${coins}.000 ${coin}`, memo }]]);
    assert.deepEqual(errors, []);
  };

  /** Makes tokens and hands them out: `{ symbol, precision, to: { dave: "100" } }`. */
  const mint = (...tokens) => {
    const maker = demo.network.engineAccount;
    return acts(
      maker,
      ...tokens.flatMap(({ symbol, precision = 3, to }) => [
        ["tokens", "create", { symbol, name: `Test ${symbol}`, precision, maxSupply: "1000000" }],
        ...Object.entries(to).map(([to, quantity]) => ["tokens", "issue", { symbol, to, quantity }]),
      ]),
    );
  };

  return { ask, find, findOne, balance, tries, acts, deposit, mint };
}

/** Acts as an account of the demo in this context, from its first page on. */
export async function become(context, name, { sideChain: url }) {
  await context.addCookies([{ name: "tartan-account", value: name, url }]);
  await context.addInitScript((name) => {
    localStorage.setItem("tartan.accounts", JSON.stringify([{ name, method: "demo" }]));
    localStorage.setItem("tartan.account", name);
  }, name);
}

/** Waits for what is about to be signed; gives what it says. */
export async function reviewed(page) {
  await page.waitForSelector("dialog[open] .sign-sentence");
  return page.locator("dialog .sign-sentence").allTextContents();
}

/** Agrees to what is about to be signed, and waits for what becomes of it; gives what was said. */
export async function agree(page, form) {
  const said = await reviewed(page);
  await page.click("dialog button[type=submit]");
  const status = form.locator("t-status");
  await page.waitForFunction(
    (element) => ["done", "final", "failed", "refused"].includes(element.dataset.stage),
    await status.elementHandle(),
  );
  return { said, stage: await status.getAttribute("data-stage"), text: await status.innerText() };
}
