import { describe, expect, test } from "vitest";

import { encodeTransaction } from "./codec";
import { publicKeyOf, readPrivateKey, roleOf, signerOf, signTransaction, transactionId } from "./keys";
import type { Operation, SignedTransaction, Transaction } from "./types";
import vectors from "./vectors.json";

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function transaction(...operations: Operation[]): Transaction {
  return {
    ref_block_num: 0x1234,
    ref_block_prefix: 0x89abcdef,
    expiration: "2026-01-01T00:00:00",
    operations,
    extensions: [],
  };
}

describe("the binary form", () => {
  const check = (operation: Operation, expected: string) => {
    const head = "3412" + "efcdab89" + "00b95569" + "01";
    expect(hex(encodeTransaction(transaction(operation)))).toBe(`${head}${expected}00`);
  };

  test("of a vote against something", () => {
    check(
      ["vote", { voter: "bob", author: "al", permlink: "p", weight: -10000 }],
      "00" + "03626f62" + "02616c" + "0170" + "f0d8",
    );
  });

  test("of a transfer in each coin of both chains", () => {
    const transfer = (amount: string): Operation => ["transfer", { from: "a", to: "b", amount, memo: "" }];
    const steem = "02" + "0161" + "0162" + "dc05000000000000" + "03" + "535445454d0000" + "00";
    check(transfer("1.500 STEEM"), steem);
    check(transfer("1.500 HIVE"), steem);
    const dollars = "02" + "0161" + "0162" + "0100000000000000" + "03" + "53424400000000" + "00";
    check(transfer("0.001 SBD"), dollars);
    check(transfer("0.001 HBD"), dollars);
  });

  test("of a message, with names in order and letters of several bytes", () => {
    check(
      ["custom_json", { required_auths: ["bob", "al"], required_posting_auths: [], id: "x", json: "é" }],
      "12" + "02" + "02616c" + "03626f62" + "00" + "0178" + "02c3a9",
    );
  });

  test("has lengths of several bytes", () => {
    const json = "x".repeat(300);
    const bytes = hex(
      encodeTransaction(transaction(["custom_json", { required_auths: [], required_posting_auths: [], id: "", json }])),
    );
    expect(bytes).toContain("12" + "00" + "00" + "00" + "ac02" + "78".repeat(300) + "00");
  });

  test("of amounts that no chain knows there is none", () => {
    for (const amount of ["1 STEEM", "1.5 STEEM", "1.500 COOL", "-1.500 STEEM", "1e3 STEEM", "1.500000 STEEM"]) {
      expect(() => encodeTransaction(transaction(["transfer", { from: "a", to: "b", amount, memo: "" }]))).toThrow(
        /expected an amount/,
      );
    }
  });
});

describe("keys", () => {
  // the published key of steemd's own tests and of the development chains
  const wif = "5KQwrPbwdL6PhXujxW37FSSQZ1JiwsST4cqQzDeyXtP79zkvFD3";

  test("have their public keys", () => {
    expect(publicKeyOf(readPrivateKey(wif), "STM")).toBe("STM6MRyAjQq8ud7hVNYcfnVPJqcVpscN5So8BhtHuGYqET5GDW5CV");
  });

  test("that are none are refused, each with its reason", () => {
    const check = (text: string, code: string) =>
      expect(() => readPrivateKey(text)).toThrow(expect.objectContaining({ code }));
    check("", "key-malformed");
    check("correct horse battery staple", "key-malformed");
    check(wif.slice(0, -1), "key-malformed");
    check(`${wif.slice(0, -1)}4`, "key-malformed");
    check(`P${wif}`, "key-master");
    check("STM6MRyAjQq8ud7hVNYcfnVPJqcVpscN5So8BhtHuGYqET5GDW5CV", "key-public");
  });

  test("are known by their part in the account", () => {
    const key = readPrivateKey(wif);
    const known = publicKeyOf(key, "STM");
    const account = { name: "alice", owner: ["STM1"], active: ["STM2"], posting: ["STM3"], memo: "STM4" };
    expect(roleOf(key, { ...account, active: [known] }, "STM")).toBe("active");
    expect(roleOf(key, { ...account, posting: ["STM3", known] }, "STM")).toBe("posting");
    const refuse = (part: object, code: string) =>
      expect(() => roleOf(key, { ...account, ...part }, "STM")).toThrow(expect.objectContaining({ code }));
    refuse({ owner: [known] }, "key-owner");
    refuse({ owner: [known], active: [known], posting: [known] }, "key-owner");
    refuse({ memo: known }, "key-memo");
    refuse({}, "key-other");
  });

  test("sign so that nodes accept it: canonical, and another signature on another chain", () => {
    const zeros = "0".repeat(64);
    const key = readPrivateKey(wif);
    const seen = new Set<string>();
    for (let number = 0; number < 40; number += 1) {
      const unsigned = { ...transaction(), ref_block_num: number };
      const [signature = ""] = signTransaction(unsigned, key, zeros).signatures;
      expect(signature).toMatch(/^(1f|20)(?!00[0-7])[0-7][0-9a-f]{63}(?!00[0-7])[0-7][0-9a-f]{63}$/);
      seen.add(signature);
    }
    expect(seen.size).toBe(40);
    const other = signTransaction(transaction(), key, `beeab0de${zeros.slice(8)}`);
    expect(other.signatures).not.toEqual(signTransaction(transaction(), key, zeros).signatures);
    expect(transactionId(transaction())).toMatch(/^[0-9a-f]{40}$/);
  });
});

// The server's tests recover the signers of the same file with the code that nodes are tested with.
describe("signed transactions of both chains and of a development chain", () => {
  for (const { flavor, chainId, id, transaction: vector } of vectors.transactions) {
    const expected = vector as unknown as SignedTransaction;
    test(`${flavor} ${chainId.slice(0, 8)}: ${expected.operations.map(([name]) => name).join(", ")}`, () => {
      const { signatures: _, ...unsigned } = expected;
      expect(transactionId(unsigned)).toBe(id);
      expect(signTransaction(unsigned, readPrivateKey(vectors.wif), chainId)).toEqual(expected);
    });
  }
});

test("a text that a wallet has signed says with which key", () => {
  const signature =
    "1f227971e5b6b594e2e03c8eb6336bff575eebcac272c37730e3b995fb2b3828dc40c7d94b6b1f16b94bb1653e8d51eee47135bc071fc9599498f761abb48f6971";
  const key = "STM6MRyAjQq8ud7hVNYcfnVPJqcVpscN5So8BhtHuGYqET5GDW5CV";
  expect(signerOf("Tartan: @alice", signature, "STM")).toBe(key);
  expect(signerOf("Tartan: @bob", signature, "STM")).not.toBe(key);
  for (const nothing of ["", "zz", signature.slice(2), "0".repeat(130)]) {
    expect(signerOf("Tartan: @alice", nothing, "STM")).toBeUndefined();
  }
});
