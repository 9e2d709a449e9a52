import { describe, expect, test } from "vitest";

import { wrong } from "./checks";
import { compare, decimals, fromUnits, isDecimal, units } from "./decimal";
import { refusal } from "./methods/keychain";
import { signingLink } from "./methods/redirect";
import { callsOf, customJson } from "./operations";
import { put, typed } from "./payload";

describe("fields", () => {
  const check = (value: string, rules: Record<string, string>, expected: string | undefined) =>
    expect(wrong(value, rules, "alice"), `${value} ${JSON.stringify(rules)}`).toBe(expected);

  test("for amounts", () => {
    check("1.5", { precision: "3", max: "1.500" }, undefined);
    check("1.5000", { precision: "1" }, undefined);
    check("1.51", { precision: "1" }, "precision");
    check("1.5", { precision: "0" }, "whole");
    check("1.501", { precision: "3", max: "1.500" }, "max");
    check("0.000", { precision: "3" }, "positive");
    check("0.001", { precision: "3", min: "0.002" }, "min");
    for (const text of ["1e3", "-1", "1,5", ".5", "NaN", "0x1", "1.", "Infinity"])
      check(text, { precision: "3" }, "number");
    // beyond what floats count exactly
    check("9007199254740993", { max: "9007199254740992", precision: "0" }, "max");
  });

  test("for accounts", () => {
    check("bob", { check: "account" }, undefined);
    check("@bob", { check: "account" }, "account-name");
    check("b", { check: "account" }, "account-name");
    check("alice", { check: "account", notSelf: "" }, "self");
  });

  test("for memos that hold a secret", () => {
    const secret = "5KQwrPbwdL6PhXujxW37FSSQZ1JiwsST4cqQzDeyXtP79zkvFD3";
    check("lunch", { check: "memo" }, undefined);
    check(`my key is ${secret}, thanks`, { check: "memo" }, "secret");
    check(`P${secret}`, { check: "memo" }, "secret");
    check("STM6MRyAjQq8ud7hVNYcfnVPJqcVpscN5So8BhtHuGYqET5GDW5CV", { check: "memo" }, undefined);
  });

  test("to be typed again", () => {
    check("COOL", { equals: "COOL" }, undefined);
    check("cool", { equals: "COOL" }, "equals");
  });
});

test("decimals are compared exactly", () => {
  expect(isDecimal("00012.50")).toBe(true);
  expect(decimals("1.500")).toBe(1);
  expect(compare("0.1", "0.10")).toBe(0);
  expect(compare("10", "9.999999999999999999999")).toBe(1);
  expect(units("1.23456", 3)).toBe(1234n);
  expect(fromUnits(5n, 3)).toBe("0.005");
  expect(fromUnits(5n, 0)).toBe("5");
});

test("payloads are built from names and types", () => {
  const payload: Record<string, unknown> = {};
  put(payload, "symbol", "COOL");
  put(payload, "config.tags[]", "a");
  put(payload, "config.tags[]", "b");
  put(payload, "config.pool.size", typed("7", "number", "size"));
  put(payload, "config.pool.open", typed("true", "boolean", "open"));
  put(payload, "list", typed("a, b\nc", "list", "list"));
  expect(payload).toEqual({
    symbol: "COOL",
    config: { tags: ["a", "b"], pool: { size: 7, open: true } },
    list: ["a", "b", "c"],
  });
  expect(() => typed("x", "number", "size")).toThrow("size: expected a number");
  put(payload, "config.__proto__.polluted", "yes");
  put(payload, "constructor.prototype.polluted", "yes");
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("calls become one message, and can be read again", () => {
  const calls = [
    { contract: "tokens", action: "stake", payload: { quantity: "1" } },
    { contract: "tokens", action: "delegate", payload: {} },
  ];
  const operation = customJson("alice", "ssc-dev", calls, "posting");
  expect(operation[1]).toMatchObject({ required_auths: [], required_posting_auths: ["alice"], id: "ssc-dev" });
  expect(callsOf(operation)).toEqual(calls);
  const one = customJson("alice", "ssc-dev", calls.slice(0, 1), "active");
  expect(one[1]).toMatchObject({
    required_auths: ["alice"],
    json: '{"contractName":"tokens","contractAction":"stake","contractPayload":{"quantity":"1"}}',
  });
  const large = [{ contract: "tokens", action: "stake", payload: { memo: "x".repeat(9_000) } }];
  expect(() => customJson("alice", "ssc-dev", large, "active")).toThrow("at most 8192 bytes");
});

test("what a wallet extension says becomes something to act on", () => {
  const check = (error: unknown, message: string, code: string) =>
    expect(refusal({ success: false, error, message }, "alice")).toBe(code);
  check("user_cancel", "Request was canceled by the user.", "cancelled");
  check("locked", "The wallet is locked!", "keychain-locked");
  check("no_wallet", "The wallet is not set up!", "keychain-empty");
  check("user_cancel", "La cuenta @alice no está en el monedero.", "keychain-account");
  check("user_error", "The user hasn't added this account to Keychain: not found", "keychain-account");
  check({ code: -32000 }, "alice has 0 RC, needs 5 RC. Please wait to transact", "resources");
  check("ledger_error", "something else", "keychain-refused");
});

test("a link to another site says who signs what, and where to come back", () => {
  const operation = customJson(
    "alice",
    "ssc-hive",
    [{ contract: "tokens", action: "stake", payload: { memo: "ü?>" } }],
    "active",
  );
  const at = { flavor: "hive" } as Parameters<typeof signingLink>[1];
  const request = { account: "alice", operations: [operation], authority: "active" as const, words: [] };
  const link = new URL(signingLink(request, at, { origin: "https://tartan.example" }));
  expect(link.origin).toBe("https://hivesigner.com");
  expect(link.searchParams.get("s")).toBe("alice");
  expect(link.searchParams.get("authority")).toBe("active");
  const plain = (text: string) => {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/").replaceAll(".", "="));
    return new TextDecoder().decode(Uint8Array.from(binary, (letter) => letter.charCodeAt(0)));
  };
  expect(plain(link.searchParams.get("cb") ?? "")).toBe("https://tartan.example/signed?id={{id}}");
  expect(link.searchParams.get("redirect_uri")).toBeNull();
  expect(JSON.parse(plain(link.pathname.replace("/sign/ops/", "")))).toEqual([operation]);
  // SteemLogin puts ?id=… behind this one, and looks at no other
  const steem = new URL(signingLink(request, { ...at, flavor: "steem" }, { origin: "https://tartan.example" }));
  expect(steem.origin).toBe("https://steemlogin.com");
  expect(steem.searchParams.get("redirect_uri")).toBe("https://tartan.example/signed");
});
