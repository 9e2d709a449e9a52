// Steem Keychain and Hive Keychain: an extension of the browser that keeps the keys and asks by itself.
//
// Requests and answers as in `public/steem_keychain.js` and `public/hive_keychain.js` of the extensions: both inject the
// same object, and answer `{success, error, result, message, publicKey}`.

import { accountKeys, broadcast, reference, transaction } from "../api";
import { type Method, type Outcome, type Reference, type Request, SignError, type SignedTransaction } from "../types";

/** What the extension answers. */
interface Answer {
  success: boolean;
  error?: unknown;
  message?: string;
  result?: unknown;
}

type Callback = (answer: Answer) => void;

/** The part of the extension that is used here. */
interface Keychain {
  requestCustomJson(account: string, id: string, key: string, json: string, title: string, callback: Callback): void;
  requestTransfer(
    account: string,
    to: string,
    amount: string,
    memo: string,
    currency: string,
    callback: Callback,
    enforce: boolean,
  ): void;
  requestBroadcast(account: string, operations: unknown, key: string, callback: Callback): void;
  requestSignTx(account: string, transaction: unknown, key: string, callback: Callback): void;
  requestSignBuffer(account: string, message: string, key: string, callback: Callback): void;
}

type Host = Partial<Record<"steem_keychain" | "hive_keychain", Keychain>>;

/** Extensions put their object into the page some time after it is loaded. */
const INJECTION = 2_000;
const LOOK = 100;
/** Longer than anybody takes to read what an extension asks. */
const PATIENCE = 5 * 60_000;

/** The extension for the chain, once it is there; `undefined` if it is not after two seconds. */
export async function findKeychain(flavor: Reference["flavor"]): Promise<Keychain | undefined> {
  const host = window as unknown as Host;
  for (let waited = 0; ; waited += LOOK) {
    const found = host[`${flavor}_keychain`];
    if (found || waited >= INJECTION) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

/** Whether the extension is there, as far as can be said without waiting. */
export function seesKeychain(flavor: Reference["flavor"]): boolean {
  return (window as unknown as Host)[`${flavor}_keychain`] !== undefined;
}

export const keychain: Method = {
  id: "keychain",
  async sign(request) {
    const at = await reference();
    const extension = await findKeychain(at.flavor);
    if (!extension) throw new SignError("keychain-missing", { name: nameOf(at) });
    // the extension's own nodes know nothing of a development network
    return at.development ? signed(extension, request, at) : sent(extension, request, at);
  },
};

/**
 * Lets the extension sign a sentence with the posting key of an account: it has that account, and the key is the one that
 * the account has on this main chain. Nothing is sent.
 */
export async function provePosting(account: string, at: Reference): Promise<void> {
  const extension = await findKeychain(at.flavor);
  const details = { account, name: nameOf(at), key: "posting" };
  if (!extension) throw new SignError("keychain-missing", details);
  const message = `${location.host}: @${account}, ${new Date().toISOString()}`;
  const request = { account, authority: "posting" } as const;
  const answer = await asked(request, at, (callback) =>
    extension.requestSignBuffer(account, message, "Posting", callback),
  );
  const [{ signerOf }, keys] = await Promise.all([import("../keys"), accountKeys(account)]);
  const signer = signerOf(message, String(answer.result ?? ""), at.prefix);
  if (signer === undefined || !keys.posting.includes(signer)) throw new SignError("keychain-other", details);
}

async function signed(extension: Keychain, request: Request, at: Reference): Promise<Outcome> {
  const key = keyName(request);
  const unsigned = transaction(request.operations, at);
  const answer = await asked(request, at, (callback) =>
    extension.requestSignTx(request.account, unsigned, key, callback),
  );
  try {
    return { kind: "sent", id: await broadcast(answer.result as SignedTransaction) };
  } catch (error) {
    const wrong = error instanceof SignError && /^(missing-authority|wrong-signatures)$/.test(error.code);
    // extensions sign for the public chain unless they are told of another one
    throw wrong ? new SignError("keychain-development", { name: nameOf(at) }) : error;
  }
}

async function sent(extension: Keychain, request: Request, at: Reference): Promise<Outcome> {
  const key = keyName(request);
  const [first, ...others] = request.operations;
  const answer = await asked(request, at, (callback) => {
    if (others.length === 0 && first?.[0] === "custom_json") {
      extension.requestCustomJson(request.account, first[1].id, key, first[1].json, title(request), callback);
    } else if (others.length === 0 && first?.[0] === "transfer") {
      const { to, amount, memo } = first[1];
      const [quantity = "", currency = ""] = amount.split(" ");
      extension.requestTransfer(request.account, to, quantity, memo, currency, callback, true);
    } else {
      extension.requestBroadcast(request.account, request.operations, key, callback);
    }
  });
  const id = idOf(answer.result);
  if (!id) throw new SignError("keychain-no-id", { name: nameOf(at) });
  return { kind: "sent", id };
}

function keyName(request: Request): string {
  return request.authority === "active" ? "Active" : "Posting";
}

function title(request: Request): string {
  return request.words.join("; ").slice(0, 120);
}

/** Different versions put the id in different places. */
function idOf(result: unknown): string | undefined {
  const places = result as { id?: unknown; tx_id?: unknown; result?: { id?: unknown; tx_id?: unknown } } | null;
  const found = [places?.tx_id, places?.id, places?.result?.tx_id, places?.result?.id, result];
  return found.find((id): id is string => typeof id === "string" && /^[0-9a-f]{40}$/.test(id));
}

function nameOf(at: Reference): string {
  return at.flavor === "hive" ? "Hive Keychain" : "Steem Keychain";
}

/** Asks, and makes of the extension's refusal an error that says what to do. */
async function asked(request: Pick<Request, "account" | "authority">, at: Reference, ask: (callback: Callback) => void): Promise<Answer> {
  const details = { account: request.account, name: nameOf(at), key: request.authority };
  const answer = await new Promise<Answer>((resolve, reject) => {
    const timer = setTimeout(() => reject(new SignError("keychain-silent", details)), PATIENCE);
    try {
      ask((answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    } catch (error) {
      // a version that lacks the request
      clearTimeout(timer);
      resolve({ success: false, message: String(error) });
    }
  });
  if (answer.success) return answer;
  throw new SignError(refusal(answer, request.account), { ...details, reason: answer.message ?? String(answer.error ?? "") });
}

/** Which of the things that can be wrong; the extensions say it in words only. */
export function refusal(answer: Answer, account = ""): string {
  const said = `${JSON.stringify(answer.error ?? "")} ${answer.message ?? ""}`.toLowerCase();
  // for an account or key that it does not have, the extension says "user_cancel" as well, but names the account in a
  // sentence of the browser's language (its files missingUser.logic.ts and missingKey.logic.ts)
  const names = account !== "" && (answer.message ?? "").includes(account);
  if (names && /user_cancel/.test(said)) return "keychain-account";
  if (/cancel/.test(said)) return "cancelled";
  if (/locked|unlock/.test(said)) return "keychain-locked";
  if (/no_wallet|not set up|no account/.test(said)) return "keychain-empty";
  if (/rc\b|resource credit|not_enough_rc|bandwidth/.test(said)) return "resources";
  if (
    /incorrect_user|user_not_found|not.*(added|found|registered|exist).*|does not have|no (active|posting) key|missing.*key/.test(
      said,
    )
  ) {
    return "keychain-account";
  }
  return "keychain-refused";
}
