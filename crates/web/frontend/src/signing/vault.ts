// Posting keys for as long as the tab is open.
//
// The session storage of the tab holds the key encrypted; the key that encrypts it is in IndexedDB and cannot be read
// out, only used. Closing the tab or logging out removes one or both. Where the browser has no WebCrypto (plain HTTP on
// another machine), the key is kept in memory and asked for again on the next page.

const PREFIX = "tartan.key.";
const DATABASE = "tartan";
const STORE = "keys";
const WRAPPING_KEY = "session";

const memory = new Map<string, string>();

/** Keeps the posting key of an account. */
export async function keepKey(account: string, wif: string): Promise<void> {
  memory.set(account, wif);
  const key = await wrappingKey(true);
  if (!key) return;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(wif));
  sessionStorage.setItem(PREFIX + account, `${toBase64(iv)}.${toBase64(new Uint8Array(sealed))}`);
}

/** The posting key of an account, if it was kept in this tab. */
export async function keptKey(account: string): Promise<string | undefined> {
  const known = memory.get(account);
  if (known) return known;
  const [iv, sealed] = sessionStorage.getItem(PREFIX + account)?.split(".") ?? [];
  if (!iv || !sealed) return undefined;
  const key = await wrappingKey(false);
  if (!key) return undefined;
  try {
    const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromBase64(iv) }, key, fromBase64(sealed));
    return new TextDecoder().decode(opened);
  } catch {
    // encrypted by a key that is gone
    forgetKey(account);
    return undefined;
  }
}

/** Whether a key of the account is kept in this tab. */
export function hasKey(account: string): boolean {
  return memory.has(account) || sessionStorage.getItem(PREFIX + account) !== null;
}

/** Removes the key of an account. */
export function forgetKey(account: string): void {
  memory.delete(account);
  sessionStorage.removeItem(PREFIX + account);
}

/** Removes the keys of all accounts but these: of those that were logged out, in this tab or in another one. */
export function forgetOthers(accounts: string[]): void {
  const kept = Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
  const known = new Set([...memory.keys(), ...kept.map((name) => name.slice(PREFIX.length))]);
  for (const account of known) if (!accounts.includes(account)) forgetKey(account);
}

/** Removes what encrypts keys: what any tab still has of them cannot be opened any more. */
export async function burnWrappingKey(): Promise<void> {
  if (!globalThis.indexedDB) return;
  try {
    const database = await open();
    try {
      await request(database.transaction(STORE, "readwrite").objectStore(STORE).delete(WRAPPING_KEY));
    } finally {
      database.close();
    }
  } catch {
    // where storage is refused, nothing was stored
  }
}

async function wrappingKey(create: boolean): Promise<CryptoKey | undefined> {
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB) return undefined;
  try {
    const database = await open();
    try {
      const known = await request<CryptoKey | undefined>(
        database.transaction(STORE).objectStore(STORE).get(WRAPPING_KEY),
      );
      if (known || !create) return known;
      const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      await request(database.transaction(STORE, "readwrite").objectStore(STORE).put(key, WRAPPING_KEY));
      return key;
    } finally {
      database.close();
    }
  } catch {
    // private windows may refuse storage: the key stays in memory
    return undefined;
  }
}

function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return request(opening);
}

function request<T>(pending: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    pending.onsuccess = () => resolve(pending.result);
    pending.onerror = () => reject(pending.error ?? new Error("storage is refused"));
  });
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
