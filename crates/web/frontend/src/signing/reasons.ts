// What errors of contracts mean, and what to do about them.
//
// Contracts answer with short English sentences that are part of the chain's records. Each pattern here leads to a text
// `reason-<key>`, which says it in plain words; what is not in the table is shown as it is.

import table from "./reasons.json";
import type { Texts } from "./texts";

type Reason = [pattern: RegExp, key: string];

/** The first pattern that fits wins. The server reads the same table. */
export const REASONS: Reason[] = table.map(([pattern = "", key = "", flags]) => [new RegExp(pattern, flags), key]);

/** An error in words, and the error itself. */
export interface Explained {
  error: string;
  meaning: string | undefined;
}

/** What an error of a contract means. */
export function explain(error: string, texts: Texts): Explained {
  const found = REASONS.find(([pattern]) => pattern.test(error));
  const key = found && `reason-${found[1]}`;
  return { error, meaning: key && texts.has(key) ? texts.say(key) : undefined };
}
