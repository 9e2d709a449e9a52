// Decimal numbers as texts, compared exactly. Amounts are never floats.

const DECIMAL = /^\d{1,30}(\.\d{1,30})?$/;

/** Whether a text is a plain decimal number. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** How many decimals a plain decimal number has, trailing zeros aside. */
export function decimals(text: string): number {
  return (text.split(".")[1] ?? "").replace(/0+$/, "").length;
}

/** Below zero, zero or above, as for sorting. */
export function compare(one: string, other: string): number {
  const scale = Math.max(fraction(one).length, fraction(other).length);
  const difference = units(one, scale) - units(other, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** A number as a count of the smallest unit of so many decimals; digits behind these are cut off. */
export function units(text: string, scale: number): bigint {
  const [whole = "0"] = text.split(".");
  return BigInt(whole + fraction(text).slice(0, scale).padEnd(scale, "0"));
}

/** A count of the smallest unit as text. */
export function fromUnits(count: bigint, scale: number): string {
  const digits = count.toString().padStart(scale + 1, "0");
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function fraction(text: string): string {
  return text.split(".")[1] ?? "";
}
