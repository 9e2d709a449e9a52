// The binary form of transactions: what is hashed and signed.
//
// Libraries for these chains are made for one public chain each and have its id built in; development networks have ids
// of their own. The layout of the four operations that pages make is this file; curves, hashes and Base58 come from
// libraries (keys.ts).
//
// Sources: fc raw packing; `protocol/steem_operations.hpp`; assets in the legacy form, which both chains accept.

import type { Operation, Transaction } from "./types";

const OPERATION_IDS = { vote: 0, comment: 1, transfer: 2, custom_json: 18 } as const;

/** Names of assets in the binary form: Hive kept those of Steem. */
const BINARY_SYMBOLS: Record<string, [string, number]> = {
  STEEM: ["STEEM", 3],
  SBD: ["SBD", 3],
  HIVE: ["STEEM", 3],
  HBD: ["SBD", 3],
  TESTS: ["TESTS", 3],
  TBD: ["TBD", 3],
};

/** The serialization of a transaction without signatures. */
export function encodeTransaction(transaction: Transaction): Uint8Array<ArrayBuffer> {
  const out = new Writer();
  out.u16(transaction.ref_block_num);
  out.u32(transaction.ref_block_prefix);
  out.u32(seconds(transaction.expiration));
  out.varint(transaction.operations.length);
  for (const operation of transaction.operations) writeOperation(out, operation);
  out.varint(0);
  return out.bytes();
}

function writeOperation(out: Writer, operation: Operation): void {
  out.varint(OPERATION_IDS[operation[0]]);
  switch (operation[0]) {
    case "vote": {
      const vote = operation[1];
      out.text(vote.voter).text(vote.author).text(vote.permlink).i16(vote.weight);
      return;
    }
    case "comment": {
      const comment = operation[1];
      out.text(comment.parent_author).text(comment.parent_permlink);
      out.text(comment.author).text(comment.permlink);
      out.text(comment.title).text(comment.body).text(comment.json_metadata);
      return;
    }
    case "transfer": {
      const transfer = operation[1];
      out.text(transfer.from).text(transfer.to);
      writeAsset(out, transfer.amount);
      out.text(transfer.memo);
      return;
    }
    case "custom_json": {
      const custom = operation[1];
      // sets of names, which the chain keeps sorted
      out.texts([...custom.required_auths].sort()).texts([...custom.required_posting_auths].sort());
      out.text(custom.id).text(custom.json);
      return;
    }
  }
}

function writeAsset(out: Writer, amount: string): void {
  const parts = /^(\d{1,15})\.(\d+) ([A-Z]+)$/.exec(amount);
  const [symbol, precision] = BINARY_SYMBOLS[parts?.[3] ?? ""] ?? ["", -1];
  if (!parts || parts[2]?.length !== precision) {
    throw new RangeError(`expected an amount such as "1.000 STEEM", found "${amount}"`);
  }
  out.i64(BigInt(`${parts[1]}${parts[2]}`));
  out.u8(precision);
  const name = new Uint8Array(7);
  name.set(new TextEncoder().encode(symbol));
  out.raw(name);
}

/** Seconds since 1970 of a time of the chain, which is UTC without saying so. */
export function seconds(time: string): number {
  const milliseconds = Date.parse(`${time}Z`);
  if (Number.isNaN(milliseconds)) {
    throw new RangeError(`expected a time such as "2026-01-01T00:00:00", found "${time}"`);
  }
  return milliseconds / 1000;
}

class Writer {
  #bytes = new Uint8Array(1024);
  #length = 0;

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  raw(bytes: Uint8Array): this {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
    return this;
  }

  #number(size: number, set: (view: DataView) => void): this {
    const bytes = new Uint8Array(size);
    set(new DataView(bytes.buffer));
    return this.raw(bytes);
  }

  u8(value: number): this {
    return this.#number(1, (view) => view.setUint8(0, value));
  }

  u16(value: number): this {
    return this.#number(2, (view) => view.setUint16(0, value, true));
  }

  i16(value: number): this {
    return this.#number(2, (view) => view.setInt16(0, value, true));
  }

  u32(value: number): this {
    return this.#number(4, (view) => view.setUint32(0, value, true));
  }

  i64(value: bigint): this {
    return this.#number(8, (view) => view.setBigInt64(0, value, true));
  }

  varint(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.u8(rest);
  }

  text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    return this.varint(bytes.length).raw(bytes);
  }

  texts(values: string[]): this {
    this.varint(values.length);
    for (const value of values) this.text(value);
    return this;
  }
}
