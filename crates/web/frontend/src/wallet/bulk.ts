// A list of payments that somebody has pasted: read, checked, and cut into transactions.

import { ACCOUNT_NAME } from "../signing/accounts";
import { holdsSecret } from "../signing/checks";
import { compare, decimals, fromUnits, isDecimal, units } from "../signing/decimal";
import { customJson } from "../signing/operations";
import type { Call } from "../signing/types";

/** Lines that one list may have. */
export const MOST_LINES = 2_000;
/** Payments of one transaction: so many are executed and shown without a wait. */
const MOST_CALLS = 40;

export interface Payment {
  line: number;
  to: string;
  quantity: string;
  memo: string;
}

/** A line that cannot be paid, with the key of the reason. */
export interface Wrong {
  line: number;
  reason: "columns" | "account" | "self" | "amount" | "precision" | "secret" | "lines";
}

export interface List {
  payments: Payment[];
  wrong: Wrong[];
  /** Receivers that stand in several lines. */
  repeated: string[];
  total: string;
}

/** Reads lines such as `bob, 1.5, a memo`; commas, semicolons and tabs separate. Empty lines and a heading are left out. */
export function readList(text: string, sender: string, precision: number): List {
  const list: List = { payments: [], wrong: [], repeated: [], total: "0" };
  let sum = 0n;
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    if (raw.trim() === "") continue;
    if (list.payments.length >= MOST_LINES) {
      list.wrong.push({ line, reason: "lines" });
      break;
    }
    const [name = "", amount = "", ...rest] = raw.split(/[,;\t]/).map((part) => part.trim().replace(/^"(.*)"$/, "$1"));
    const to = name.replace(/^@/, "").toLowerCase();
    if (list.payments.length === 0 && line === 1 && /^(account|name|to|receiver)$/.test(to)) continue;
    const payment = { line, to, quantity: amount, memo: rest.join(", ") };
    const reason = problem(raw, payment, sender, precision);
    if (reason) {
      list.wrong.push({ line, reason });
      continue;
    }
    if (seen.has(to)) repeated.add(to);
    seen.add(to);
    sum += units(amount, precision);
    list.payments.push(payment);
  }
  return { ...list, repeated: [...repeated], total: fromUnits(sum, precision) };
}

function problem(raw: string, { to, quantity }: Payment, sender: string, precision: number): Wrong["reason"] | undefined {
  if (holdsSecret(raw)) return "secret";
  if (quantity === "") return "columns";
  if (!(ACCOUNT_NAME.test(to) && to.length >= 3 && to.length <= 16)) return "account";
  if (to === sender) return "self";
  if (!isDecimal(quantity) || compare(quantity, "0") <= 0) return "amount";
  return decimals(quantity) > precision ? "precision" : undefined;
}

/** The calls of each transaction: as many as fit into one message of the main chain. */
export function batches(payments: Payment[], symbol: string, sender: string, id: string): Call[][] {
  const all: Call[][] = [];
  let open: Call[] = [];
  for (const { to, quantity, memo } of payments) {
    const payload = { symbol, to, quantity, ...(memo ? { memo } : {}) };
    const call: Call = { contract: "tokens", action: "transfer", payload };
    const wider = [...open, call];
    if (open.length > 0 && (wider.length > MOST_CALLS || !fits(wider, sender, id))) {
      all.push(open);
      open = [call];
    } else open = wider;
  }
  return open.length > 0 ? [...all, open] : all;
}

function fits(calls: Call[], sender: string, id: string): boolean {
  try {
    customJson(sender, id, calls, "active");
    return true;
  } catch {
    return false;
  }
}

