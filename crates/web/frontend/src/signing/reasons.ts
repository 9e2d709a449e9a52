// What errors of contracts mean, and what to do about them.
//
// Contracts answer with short English sentences that are part of the chain's records. Each pattern here leads to a text
// `reason-<key>`, which says it in plain words; what is not in the table is shown as it is.

import type { Texts } from "./texts";

type Reason = [pattern: RegExp, key: string];

/** The first pattern that fits wins. */
export const REASONS: Reason[] = [
  [/^overdrawn balance$/, "balance"],
  [/^balance(From|To)? does not exist$/, "no-balance"],
  [/^overdrawn stake$/, "stake"],
  [/^overdrawn delegation$/, "delegation"],
  [/^delegation does not exist$/, "no-delegation"],
  [/^unstake does not exist$/, "no-unstake"],
  [/^symbol precision mismatch$|precision/, "precision"],
  [/symbol does not exist|token not found|Token does not exist/, "no-token"],
  [/^symbol already exists$/, "symbol-taken"],
  [/^invalid symbol/, "symbol"],
  [/^invalid name/, "name"],
  [/^invalid to$|invalid account|invalid from/, "account"],
  [/^cannot transfer to self$|cannot delegate to yourself|cannot undelegate from yourself/, "self"],
  [
    /^must (transfer|issue|stake|unstake|delegate|undelegate|withdraw) positive quantity$|positive quantity/,
    "positive",
  ],
  [/must have enough tokens to cover/, "fees"],
  [/active key$|signed with your active key/, "active-key"],
  [/must be (the )?issuer/, "issuer"],
  [/^not allowed to send to/, "blacklist"],
  [/not authorized|not allowed to/, "not-allowed"],
  [/staking not enabled|token must have staking enabled/, "no-staking"],
  [/staking already enabled/, "staking-already"],
  [/delegation not enabled/, "no-delegating"],
  [/delegation already enabled/, "delegating-already"],
  [/maxSupply|available supply/, "supply"],
  [/^cannot subtract$|^cannot add$|cannot multiply/, "arithmetic"],
  [/order does not exist/, "no-order"],
  [/too many open orders/, "orders"],
  [/^(the )?order cannot be placed|buy order|sell order|volume|total must be/i, "order-small"],
  [/minimum (deposit|withdrawal)/, "peg-minimum"],
  [/slippage|max deviation|price impact/, "slippage"],
  [/insufficient liquidity|liquidity position/, "liquidity"],
  [/insufficient (token|input) balance/, "balance"],
  [/used up its budget/, "budget"],
  [/pool (already )?exists|a pool already exists/, "pool-exists"],
  [/pool not found|pool id not found|no existing pool/, "no-pool"],
  [/post not found/, "no-post"],
  [/contract doesn't exist|contract does not exist/, "no-contract"],
  [/action does not exist|action doesn't exist|invalid action/, "no-action"],
  [/invalid quantity/, "quantity"],
  [/invalid params/, "params"],
];

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
