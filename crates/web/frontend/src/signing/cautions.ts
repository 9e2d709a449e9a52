// What is better asked before it is signed.

import { reference } from "./api";
import { callsOf } from "./operations";
import type { Operation } from "./types";

/** Accounts that operations send something to without a memo, each once. */
export function receiversWithoutMemo(operations: Operation[]): string[] {
  const receivers = operations.flatMap((operation): unknown[] => {
    if (operation[0] === "transfer") return isEmpty(operation[1].memo) ? [operation[1].to] : [];
    return callsOf(operation)
      .filter(({ contract, action }) => contract === "tokens" && action === "transfer")
      .filter(({ payload }) => isEmpty(payload["memo"]))
      .map(({ payload }) => payload["to"]);
  });
  return [...new Set(receivers.map((receiver) => String(receiver).trim()))];
}

function isEmpty(memo: unknown): boolean {
  return memo === undefined || memo === null || (typeof memo === "string" && memo.trim() === "");
}

/** Those of them whose deposits are told apart by their memos. */
export async function receiversMissingMemo(operations: Operation[]): Promise<string[]> {
  const receivers = receiversWithoutMemo(operations);
  if (receivers.length === 0) return [];
  try {
    const { needingMemo } = await reference();
    return receivers.filter((receiver) => needingMemo.includes(receiver));
  } catch {
    // nothing can be signed either while the server does not answer, and that is said then
    return [];
  }
}
