// What the pages' own server answers about signing. No request goes anywhere else.

import {
  type AccountKeys,
  type Operation,
  type Progress,
  type Reference,
  SignError,
  type SignedTransaction,
  type Transaction,
} from "./types";

const BASE = "/api/sign";
const PATIENCE = 15_000;

interface Problem {
  error: { code: string; message: string; details?: Record<string, string> };
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${BASE}${path}`, {
      ...init,
      headers: { accept: "application/json", ...init.headers },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new SignError("no-server");
  }
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    throw new SignError("server", { status: String(response.status) });
  }
  if (response.ok) return body as T;
  const { error } = body as Partial<Problem>;
  throw error
    ? new SignError(error.code, { ...error.details, reason: error.message }, error.message)
    : new SignError("server", { status: String(response.status) });
}

/** What a new transaction must refer to. */
export function reference(): Promise<Reference> {
  return ask("/reference");
}

/** The public keys of an account; throws `account-unknown`. */
export function accountKeys(name: string): Promise<AccountKeys> {
  return ask(`/account/${encodeURIComponent(name)}`);
}

/** Relays a signed transaction to the main chain and gives its id. */
export async function broadcast(transaction: SignedTransaction): Promise<string> {
  try {
    const sent = await ask<{ id: string }>("/broadcast", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(transaction),
    });
    return sent.id;
  } catch (error) {
    // it may be on its way: whoever has the id can see
    const id = error instanceof SignError && error.code === "uncertain" ? error.details["id"] : undefined;
    if (id) return id;
    throw error;
  }
}

/** Where a transaction is. */
export function progress(id: string): Promise<Progress> {
  return ask(`/status/${encodeURIComponent(id)}`);
}

/** The accounts of a demo; none if this is not one. */
export async function demoAccounts(): Promise<string[]> {
  return (await ask<{ accounts: string[] }>("/demo")).accounts;
}

/** The public "secret" keys of a demo's account. */
export function demoKeys(name: string): Promise<{ posting: string; active: string }> {
  return ask(`/demo/${encodeURIComponent(name)}`);
}

/** A transaction with these operations, ready to be signed. */
export function transaction(operations: Operation[], at: Reference): Transaction {
  return {
    ref_block_num: at.refBlockNum,
    ref_block_prefix: at.refBlockPrefix,
    expiration: at.expiration,
    operations,
    extensions: [],
  };
}
