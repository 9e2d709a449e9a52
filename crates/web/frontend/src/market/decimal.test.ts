import { describe, expect, it } from "vitest";

import { basisPoints, buys, cost, type Level, parse, PRICE, priceOf, show, walk, worth } from "./decimal";

const price = (text: string): bigint => parse(text, PRICE) ?? -1n;
const level = (at: string, quantity: string, mine = false): Level => ({
  price: price(at),
  quantity: parse(quantity, 3) ?? -1n,
  mine,
});

describe("decimals", () => {
  it("reads what people type, and nothing else", () => {
    expect(parse("1.5", 3)).toBe(1_500n);
    expect(parse(".5", 3)).toBe(500n);
    expect(parse("2.", 3)).toBe(2_000n);
    expect(parse("1.2340", 3)).toBe(1_234n);
    for (const wrong of ["", "1,5", "1e3", "-1", "1.2345", "abc", "1.2.3"]) expect(parse(wrong, 3)).toBeUndefined();
  });

  it("shows no more digits than needed", () => {
    expect(show(1_500n, 3)).toBe("1.5");
    expect(show(100n, 0)).toBe("100");
    expect(show(2_000n, 3)).toBe("2");
  });

  it("keeps all digits where floats would not", () => {
    expect(show(cost(price("0.1"), 200n, 3), PRICE)).toBe("0.02");
    expect(cost(price("0.00000001"), 1n, 8)).toBe(1n);
    expect(worth(price("0.00000001"), 1n, 8)).toBe(0n);
    expect(show(buys(price("9007199254740993"), price("1"), 8), 8)).toBe("9007199254740993");
    expect(show(priceOf(price("1"), 3_000n, 3), PRICE)).toBe("0.33333333");
    expect(basisPoints(price("2"), price("2.5"))).toBe(2_500);
  });
});

describe("walking a book", () => {
  const asks = [level("0.5", "10"), level("0.6", "10", true), level("0.7", "10")];

  it("estimates a market order for the base token", () => {
    const fill = walk(asks, { side: "buy", total: price("8") }, 3);
    expect(show(fill.quantity, 3)).toBe("15");
    expect(show(fill.total, PRICE)).toBe("8");
    expect(show(fill.worst, PRICE)).toBe("0.6");
    expect(fill.self).toBe(true);
  });

  it("gives the last seller what rounding leaves over, as the contract does", () => {
    const book = [level("0.1", "5"), level("0.11", "5"), level("0.123", "5")];
    const fill = walk(book, { side: "buy", total: price("1.3") }, 3);
    expect(show(fill.quantity, 3)).toBe("12.032");
    expect(show(fill.total, PRICE)).toBe("1.3");
    // without decimals it would be much: it comes back
    const whole = walk([{ price: price("0.3"), quantity: 10n, mine: false }], { side: "buy", total: price("1") }, 0);
    expect(whole.quantity).toBe(3n);
    expect(show(whole.total, PRICE)).toBe("0.9");
  });

  it("rounds down what a seller gets", () => {
    const bids = [{ price: price("0.00000003"), quantity: 10_000n, mine: false }];
    expect(walk(bids, { side: "sell", quantity: 1_500n }, 3).total).toBe(4n);
    expect(walk(bids, { side: "buy", quantity: 1_500n }, 3).total).toBe(5n);
  });

  it("stops at the limit and at the end of the book", () => {
    const limit = price("0.55");
    const fill = walk(asks, { side: "buy", quantity: 30_000n, accepts: (at) => at <= limit }, 3);
    expect(show(fill.quantity, 3)).toBe("10");
    expect(fill.self).toBe(false);
    expect(show(walk(asks, { side: "buy", quantity: 99_000n }, 3).quantity, 3)).toBe("30");
    expect(walk([], { side: "buy", quantity: 1n }, 3).quantity).toBe(0n);
  });
});
