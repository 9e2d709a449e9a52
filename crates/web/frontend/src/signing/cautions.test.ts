import { describe, expect, test } from "vitest";

import { receiversWithoutMemo } from "./cautions";
import { customJson } from "./operations";
import type { Operation } from "./types";

function transfer(to: string, memo: string): Operation {
  return ["transfer", { from: "alice", to, amount: "1.000 STEEM", memo }];
}

function send(payloads: Record<string, unknown>[], contract = "tokens", action = "transfer"): Operation {
  const calls = payloads.map((payload) => ({ contract, action, payload }));
  return customJson("alice", "ssc-dev", calls, "active");
}

describe("who is sent something without a memo", () => {
  test("on the main chain", () => {
    expect(receiversWithoutMemo([transfer("bob", "")])).toEqual(["bob"]);
    expect(receiversWithoutMemo([transfer("bob", " ")])).toEqual(["bob"]);
    expect(receiversWithoutMemo([transfer("bob", "10023")])).toEqual([]);
  });

  test("on the sidechain, in any of several calls", () => {
    const [with_memo, without] = [{ to: "bob", memo: "10023" }, { to: " carol " }];
    expect(receiversWithoutMemo([send([with_memo])])).toEqual([]);
    expect(receiversWithoutMemo([send([with_memo, without, { to: "carol", memo: "" }])])).toEqual(["carol"]);
    expect(receiversWithoutMemo([send([{ to: "dan", memo: null }]), transfer("erin", "")])).toEqual(["dan", "erin"]);
  });

  test("by transfers only", () => {
    expect(receiversWithoutMemo([send([{ to: "bob" }], "tokens", "stake")])).toEqual([]);
    expect(receiversWithoutMemo([send([{ to: "bob" }], "nft", "transfer")])).toEqual([]);
    expect(receiversWithoutMemo([["vote", { voter: "a", author: "b", permlink: "c", weight: 1 }]])).toEqual([]);
  });
});
