// Private keys: reading, their public keys, signing. Loaded only when a key is typed in or used.

import { hmac } from "@noble/hashes/hmac.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import * as secp256k1 from "@noble/secp256k1";
import { base58, createBase58check } from "@scure/base";

import { encodeTransaction } from "./codec";
import { type AccountKeys, type Authority, SignError, type SignedTransaction, type Transaction } from "./types";

secp256k1.hashes.sha256 = sha256;
secp256k1.hashes.hmacSha256 = (key, message) => hmac(sha256, key, message);

const checked = createBase58check(sha256);
/** The first byte of a private key in wallet import format. */
const WIF_VERSION = 0x80;
/** Enough to find a canonical signature: about every second one is. */
const MOST_ATTEMPTS = 256;

/** Reads a private key in wallet import format. */
export function readPrivateKey(text: string): Uint8Array {
  const typed = text.trim();
  if (/^P5[HJK]/.test(typed)) throw new SignError("key-master");
  if (/^(STM|TST)/.test(typed)) throw new SignError("key-public");
  let bytes: Uint8Array;
  try {
    bytes = checked.decode(typed);
  } catch {
    throw new SignError("key-malformed");
  }
  const key = bytes.subarray(1);
  if (bytes[0] !== WIF_VERSION || !secp256k1.utils.isValidSecretKey(key)) throw new SignError("key-malformed");
  return key;
}

/** The public key in the chain's form: prefix, then Base58 with the start of a RIPEMD-160 as checksum. */
export function publicKeyOf(key: Uint8Array, prefix: string): string {
  const point = secp256k1.getPublicKey(key, true);
  return prefix + base58.encode(concatBytes(point, ripemd160(point).subarray(0, 4)));
}

/**
 * Which of an account's keys this is. Refuses what must not be typed into a page: the owner key can change all other
 * keys, and neither it nor the memo key is needed here.
 */
export function roleOf(key: Uint8Array, account: AccountKeys, prefix: string): Authority {
  const known = publicKeyOf(key, prefix);
  const details = { account: account.name };
  if (account.owner.includes(known)) throw new SignError("key-owner", details);
  if (account.active.includes(known)) return "active";
  if (account.posting.includes(known)) return "posting";
  if (account.memo === known) throw new SignError("key-memo", details);
  throw new SignError("key-other", details);
}

/** Signs a transaction for the chain with this id. */
export function signTransaction(transaction: Transaction, key: Uint8Array, chainId: string): SignedTransaction {
  const digest = sha256(concatBytes(hexToBytes(chainId), encodeTransaction(transaction)));
  return { ...transaction, signatures: [bytesToHex(sign(digest, key))] };
}

/** The id that a transaction has on the chain. */
export function transactionId(transaction: Transaction): string {
  return bytesToHex(sha256(encodeTransaction(transaction)).subarray(0, 20));
}

/**
 * The public key that a message was signed with, as wallets sign buffers: SHA-256 of the text, a compact signature in
 * hexadecimal with the recovery id in front. `undefined` for what is no signature.
 */
export function signerOf(message: string, signature: string, prefix: string): string | undefined {
  try {
    const bytes = hexToBytes(signature);
    // 27 says that there is a recovery id, 4 that the key is compressed
    bytes[0] = (bytes[0] ?? 0) - 27 - 4;
    const digest = sha256(new TextEncoder().encode(message));
    const point = secp256k1.recoverPublicKey(bytes, digest, { prehash: false });
    return prefix + base58.encode(concatBytes(point, ripemd160(point).subarray(0, 4)));
  } catch {
    return undefined;
  }
}

/** A signature that nodes accept: with the recovery id in front, and canonical as fc understands it. */
function sign(digest: Uint8Array, key: Uint8Array): Uint8Array {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const extraEntropy = new Uint8Array(32);
    extraEntropy[0] = attempt;
    const signature = secp256k1.sign(digest, key, { prehash: false, format: "recovered", extraEntropy });
    if (isCanonical(signature)) {
      // 27 says that there is a recovery id, 4 that the key is compressed
      signature[0] = (signature[0] ?? 0) + 27 + 4;
      return signature;
    }
  }
  throw new Error("no canonical signature was found");
}

/** `is_fc_canonical`: r and s are positive and have no superfluous zero in front, as signed big-endian numbers. */
function isCanonical(signature: Uint8Array): boolean {
  const proper = (at: number) => {
    const [first = 0, second = 0] = signature.subarray(at, at + 2);
    return first < 0x80 && !(first === 0 && second < 0x80);
  };
  return proper(1) && proper(33);
}
