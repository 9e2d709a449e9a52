// The arithmetic of orders: counts of the smallest units, never floats.

import { fromUnits, isDecimal, units } from "../signing/decimal";

/** Decimals of prices and of the base token. */
export const PRICE = 8;

/** A typed number as a count of units; `undefined` if it is none, or has more decimals. */
export function parse(text: string, decimals: number): bigint | undefined {
  const plain = text.trim().replace(/^\./, "0.").replace(/\.$/, "");
  if (!isDecimal(plain)) return undefined;
  if ((plain.split(".")[1] ?? "").replace(/0+$/, "").length > decimals) return undefined;
  return units(plain, decimals);
}

/** A count of units without zeros at the end. */
export function show(count: bigint, decimals: number): string {
  const text = fromUnits(count, decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** What so many tokens of this precision cost at a price, rounded up: what an order to buy locks at most. */
export function cost(price: bigint, quantity: bigint, precision: number): bigint {
  const unit = 10n ** BigInt(precision);
  return (price * quantity + unit - 1n) / unit;
}

/** The same, rounded down: what an order to sell brings at least. */
export function worth(price: bigint, quantity: bigint, precision: number): bigint {
  return (price * quantity) / 10n ** BigInt(precision);
}

/** How many tokens so much of the base token buys at a price. */
export function buys(total: bigint, price: bigint, precision: number): bigint {
  return price > 0n ? (total * 10n ** BigInt(precision)) / price : 0n;
}

/** The price at which so many tokens cost so much, cut off. */
export function priceOf(total: bigint, quantity: bigint, precision: number): bigint {
  return quantity > 0n ? (total * 10n ** BigInt(precision)) / quantity : 0n;
}

/** How far a number is from another one, in hundredths of a percent of the latter. */
export function basisPoints(from: bigint, to: bigint): number {
  return from > 0n ? Number(((to - from) * 10_000n) / from) : 0;
}

/** A level of a book: price and quantity in units, and whether own orders are there. */
export interface Level {
  price: bigint;
  quantity: bigint;
  mine: boolean;
}

/** What an order would do to a book. */
export interface Fill {
  quantity: bigint;
  total: bigint;
  /** The price of the last order that it would meet. */
  worst: bigint;
  /** An own order would be met. */
  self: boolean;
}

/** Who buys for so much of the base token gives the last seller what is left of it, if it is less than this part. */
const LEFT_OVER = 1_000n;

/**
 * Walks a book from its best price, as the contract does: until so many tokens are filled, or so much of the base token is spent,
 * or the next price is beyond the limit.
 */
export function walk(
  levels: readonly Level[],
  wanted: { side: "buy" | "sell"; quantity?: bigint; total?: bigint; accepts?: (price: bigint) => boolean },
  precision: number,
): Fill {
  // whoever comes pays rounded up, and gets rounded down
  const paid = wanted.side === "buy" ? cost : worth;
  const fill: Fill = { quantity: 0n, total: 0n, worst: 0n, self: false };
  for (const level of levels) {
    if (wanted.accepts && !wanted.accepts(level.price)) break;
    let take = level.quantity;
    if (wanted.quantity !== undefined && wanted.quantity - fill.quantity < take) take = wanted.quantity - fill.quantity;
    let isLast = false;
    if (wanted.total !== undefined) {
      const affordable = buys(wanted.total - fill.total, level.price, precision);
      isLast = affordable <= take;
      if (isLast) take = affordable;
    }
    if (take <= 0n) break;
    fill.quantity += take;
    const price = paid(level.price, take, precision);
    fill.total += price;
    const left = (wanted.total ?? 0n) - fill.total;
    if (isLast && left < (price + LEFT_OVER - 1n) / LEFT_OVER) fill.total += left;
    fill.worst = level.price;
    fill.self ||= level.mine;
    if (isLast || take < level.quantity) break;
  }
  return fill;
}
