// A private key typed into the page. It never leaves the tab: what goes out is signed here.

import { accountKeys, broadcast, demoKeys, reference, transaction } from "../api";
import { type Method, type Request, SignError } from "../types";
import { keptKey } from "../vault";

/** What asks for a key that is not at hand; resolves to nothing if the member changes their mind. */
export type AskForKey = (request: Request) => Promise<string | undefined>;

/** Signs with a posting key of this tab, or with a key that is asked for, used once and forgotten. */
export function keyMethod(ask: AskForKey): Method {
  return {
    id: "key",
    async sign(request) {
      const kept = request.authority === "posting" ? await keptKey(request.account) : undefined;
      const wif = kept ?? (await ask(request));
      if (wif === undefined) return { kind: "cancelled" };
      return { kind: "sent", id: await signAndSend(request, wif) };
    },
  };
}

/** The members of a demo: their keys are public, the server hands them out. */
export const demo: Method = {
  id: "demo",
  async sign(request) {
    const keys = await demoKeys(request.account);
    return { kind: "sent", id: await signAndSend(request, keys[request.authority]) };
  },
};

async function signAndSend(request: Request, wif: string): Promise<string> {
  // the library for keys is loaded only now
  const { readPrivateKey, signTransaction } = await import("../keys");
  const at = await reference();
  const key = readPrivateKey(wif);
  try {
    return await broadcast(signTransaction(transaction(request.operations, at), key, at.chainId));
  } finally {
    key.fill(0);
  }
}

/**
 * Checks that a typed key is the account's and strong enough, without sending it anywhere. Owner, memo and master keys
 * are refused.
 */
export async function checkKey(account: string, wif: string, needed: "posting" | "active"): Promise<void> {
  const [{ readPrivateKey, roleOf }, at, keys] = await Promise.all([
    import("../keys"),
    reference(),
    accountKeys(account),
  ]);
  const key = readPrivateKey(wif);
  const role = roleOf(key, keys, at.prefix);
  key.fill(0);
  if (role === needed) return;
  // an active key may do what a posting key may, but is not to be kept
  throw new SignError(role === "active" ? "key-too-strong" : "key-too-weak", { account });
}
