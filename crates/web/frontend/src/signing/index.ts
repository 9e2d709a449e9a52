/**
 * Signing, for the islands of all areas.
 *
 * ```text
 *   what a page wants ──▶ words ──▶ the member agrees ──▶ a method signs ──▶ sent ──▶ <t-status> follows it
 *   (calls, operations)   dialog      (dialog.ts)          (methods/)        /api/sign/broadcast
 * ```
 *
 * Pages that are forms need none of this: `<t-action>` does it (see `t-action.island.ts`).
 */
import { current } from "./accounts";
import { reference } from "./api";
import { customJson } from "./operations";
import { loadTexts } from "./texts";
import { type Authority, type Call, type Member, type Operation, type Outcome, SignError } from "./types";

export { CHANGED, current, members } from "./accounts";
export { customJson } from "./operations";
export type { Authority, Call, Member, Operation, Outcome, Progress } from "./types";
export { SignError } from "./types";

export interface SignOptions {
  authority: Authority;
  /** Sentences instead of those that are made of the operations; only where these cannot know. */
  words?: string[];
}

/** Lets the account that is logged in sign operations of the main chain, and sends them. */
export async function sign(account: string, operations: Operation[], options: SignOptions): Promise<Outcome> {
  const member = current();
  if (member?.name !== account) return { kind: "refused", error: new SignError("other-account", { account }) };
  const { confirmAndSign } = await import("./dialog");
  const request = { account, operations, authority: options.authority, words: options.words ?? [] };
  return confirmAndSign(member, request, await loadTexts());
}

/** Lets whoever is logged in (and asks who that is, if nobody is) sign calls of contracts: one transaction. */
export async function signCalls(calls: Call[], options: SignOptions): Promise<Outcome> {
  const member = await actingMember();
  if (!member) return { kind: "cancelled" };
  const { customJsonId } = await reference();
  return sign(member.name, [customJson(member.name, customJsonId, calls, options.authority)], options);
}

/** Who acts; asks for it where nobody has logged in yet. */
export async function actingMember(): Promise<Member | undefined> {
  const known = current();
  if (known) return known;
  const { askForMember } = await import("./login");
  return askForMember();
}
