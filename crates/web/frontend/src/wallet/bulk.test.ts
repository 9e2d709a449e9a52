import { expect, test } from "vitest";
import { batches, readList } from "./bulk";

test("a pasted list is read with care", () => {
  const list = readList('account,amount\n@bob, 1.5 , for lunch, and more\ncarol;2\n\ndave\t"0.001"', "alice", 3);
  expect(list.payments).toEqual([
    { line: 2, to: "bob", quantity: "1.5", memo: "for lunch, and more" },
    { line: 3, to: "carol", quantity: "2", memo: "" },
    { line: 5, to: "dave", quantity: "0.001", memo: "" },
  ]);
  expect([list.total, list.wrong, list.repeated]).toEqual(["3.501", [], []]);
});

test("what cannot be paid is named by its line", () => {
  const key = `5${"J".repeat(1)}${"a".repeat(49)}`;
  const text = ["bob", "B@d!, 1", "alice, 1", "bob, 0", "bob, 1.2345", `bob, 1, ${key}`, "bob, 1", "bob, 2"].join("\n");
  const list = readList(text, "alice", 3);
  expect(list.wrong.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    "1 columns",
    "2 account",
    "3 self",
    "4 amount",
    "5 precision",
    "6 secret",
  ]);
  expect([list.repeated, list.total]).toEqual([["bob"], "3.000"]);
});

test("a list becomes transactions that fit into the main chain's messages", () => {
  const payment = (memo: string) => ({ line: 1, to: "bob", quantity: "1", memo });
  const sizes = (memos: string[]) => batches(memos.map(payment), "COOL", "alice", "ssc-dev").map((calls) => calls.length);
  expect(sizes([])).toEqual([]);
  expect(sizes(Array<string>(41).fill(""))).toEqual([40, 1]);
  expect(sizes(Array<string>(5).fill("x".repeat(3_000)))).toEqual([2, 2, 1]);
});
