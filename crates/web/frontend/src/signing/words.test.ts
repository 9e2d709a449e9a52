import { describe, expect, test } from "vitest";

import en from "../../../texts/en/signing.ftl?raw";
import es from "../../../texts/es/signing.ftl?raw";
import { customJson } from "./operations";
import { explain, REASONS } from "./reasons";
import { type Messages, Texts } from "./texts";
import type { Call, Operation } from "./types";
import { statements } from "./words";

/** The texts as the server hands them out. */
function read(file: string): Texts {
  const messages: Messages = {};
  for (const line of file.split("\n")) {
    const [, key, text] = /^signing-([\w-]+) = (.*)$/.exec(line) ?? [];
    if (key && text !== undefined) messages[key] = text.replace(/\{ \$([\w-]+) \}/g, "{$1}");
  }
  return new Texts(messages);
}

const texts = read(en);

function said(operation: Operation): unknown[] {
  return statements(operation, texts).flatMap(({ sentence, details }) => [
    sentence,
    ...details.map((pair) => pair.join(": ")),
  ]);
}

function call(contract: string, action: string, payload: Record<string, unknown>): Call {
  return { contract, action, payload };
}

describe("what is signed, in words", () => {
  const check = (calls: Call[], ...expected: string[]) => {
    expect(said(customJson("alice", "ssc-dev", calls, "active"))).toEqual(expected);
  };

  test("of a transfer", () => {
    const payload = { symbol: "COOL", to: "bob", quantity: "5", memo: "lunch" };
    check([call("tokens", "transfer", payload)], "Send 5 COOL to bob", "memo: lunch");
  });

  test("of burning, staking for oneself and for others", () => {
    check(
      [call("tokens", "transfer", { symbol: "COOL", to: "null", quantity: "5" })],
      "Burn 5 COOL: they are gone for ever",
    );
    check([call("tokens", "stake", { symbol: "COOL", to: "alice", quantity: "5" })], "Stake 5 COOL");
    check([call("tokens", "stake", { symbol: "COOL", to: "bob", quantity: "5" })], "Stake 5 COOL for bob");
  });

  test("of several calls, one after the other", () => {
    check(
      [
        call("market", "sell", { symbol: "COOL", quantity: "5", price: "0.2" }),
        call("comments", "setActive", { rewardPoolId: 1, active: false }),
      ],
      "Sell 5 COOL at a price of 0.2 or higher",
      "Stop the reward pool 1",
      "active: false",
    );
  });

  test("says all that a call has, also where there is no sentence for it", () => {
    const payload = { a: 1, b: { c: "x", d: [1, 2] } };
    check([call("mine", "dig", payload)], "Call the action dig of the contract mine", "a: 1", "b.c: x", "b.d: 1, 2");
    // a blank that the payload does not fill
    check([call("tokens", "transfer", { to: "bob" })], "Call the action transfer of the contract tokens", "to: bob");
  });

  test("of both pegged contracts", () => {
    check(
      [call("steempegged", "withdraw", { quantity: "2" })],
      "Withdraw 2 to your account on the main chain, less the fee",
    );
    check(
      [call("hivepegged", "withdraw", { quantity: "2" })],
      "Withdraw 2 to your account on the main chain, less the fee",
    );
  });

  test("of a deposit: the payment and what is in its memo", () => {
    const memo = JSON.stringify({
      id: "ssc-dev",
      json: { contractName: "hivepegged", contractAction: "buy", contractPayload: {} },
    });
    expect(said(["transfer", { from: "alice", to: "honey-swap", amount: "1.000 HIVE", memo }])).toEqual([
      "On the main chain: send 1.000 HIVE to honey-swap",
      "Have it credited on this network, less the fee",
    ]);
  });

  test("of text that tries to be something else", () => {
    const payload = { symbol: "{to}", to: "<b>bob</b>", quantity: "{quantity}" };
    check([call("tokens", "transfer", payload)], "Send {quantity} {to} to <b>bob</b>");
    check(
      [call("tokens", "constructor", { __proto__x: "1" })],
      "Call the action constructor of the contract tokens",
      "__proto__x: 1",
    );
  });

  test("of votes", () => {
    const vote = (weight: number) => said(["vote", { voter: "alice", author: "bob", permlink: "p", weight }]);
    expect(vote(10000)).toEqual(["Vote for @bob/p with 100 %"]);
    expect(vote(-50)).toEqual(["Vote against @bob/p with 0.5 %"]);
    expect(vote(0)).toEqual(["Take back your vote on @bob/p"]);
  });
});

describe("errors of contracts, in words", () => {
  test("in both languages for every pattern", () => {
    for (const [language, file] of Object.entries({ en, es })) {
      const known = read(file);
      for (const [, key] of REASONS) expect(known.has(`reason-${key}`), `${language} ${key}`).toBe(true);
    }
  });

  test("the right one", () => {
    const check = (error: string, key: string | undefined) =>
      expect(explain(error, texts).meaning).toBe(key && texts.say(`reason-${key}`));
    check("overdrawn balance", "balance");
    check("symbol precision mismatch", "precision");
    check("symbol does not exist", "no-token");
    check("you must have enough tokens to cover the creation fee", "fees");
    check("you must use a custom_json signed with your active key", "active-key");
    check("must be the issuer", "issuer");
    check("not allowed to send to bittrex", "blacklist");
    check("not allowed to issue tokens", "not-allowed");
    check("minimum withdrawal is 0.002", "peg-minimum");
    check("contract doesn't exist", "no-contract");
    check("a pool already exists for this tokenPair", "pool-exists");
    check("something that nobody has heard of", undefined);
  });
});

describe("texts", () => {
  const sources = Object.values(
    import.meta.glob<string>(["./**/*.ts", "!./**/*.test.ts"], { query: "?raw", import: "default", eager: true }),
  ).join("\n");
  const all = (pattern: RegExp) => [...sources.matchAll(pattern)].map((match) => match[1] ?? "");

  test("that are asked for by name are there", () => {
    const asked = all(/\.say\(\s*"([\w-]+)"/g);
    expect(asked.length).toBeGreaterThan(20);
    for (const key of asked) expect(texts.has(key), key).toBe(true);
  });

  test("are there for every error", () => {
    const codes = all(/new SignError\(\s*"([\w-]+)"/g);
    expect(codes.length).toBeGreaterThan(10);
    for (const code of codes) expect(texts.has(`error-${code}`), code).toBe(true);
    for (const rule of all(/return "([\w-]+)";/g)) {
      const known = [`error-${rule}`, `field-${rule}`, `error-keychain-${rule}`].some((key) => texts.has(key));
      expect(known || ["active", "posting"].includes(rule), rule).toBe(true);
    }
  });

  test("are there for every method and both keys", () => {
    for (const method of ["keychain", "redirect", "key", "demo"]) {
      expect(texts.has(`waiting-${method}`), method).toBe(true);
      for (const key of ["posting", "active"]) expect(texts.has(`how-${method}-${key}`), `${method} ${key}`).toBe(true);
    }
    for (const stage of all(/^ {2}(\w+): \{ tone:/gm)) expect(texts.has(`status-${stage}`), stage).toBe(true);
  });
});
