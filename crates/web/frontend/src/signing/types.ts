// What the parts of signing hand each other.

/** The two keys that members sign with. Owner and memo keys are never asked for. */
export type Authority = "posting" | "active";

/** A call of a contract of the sidechain. */
export interface Call {
  contract: string;
  action: string;
  payload: Record<string, unknown>;
}

export interface CustomJson {
  required_auths: string[];
  required_posting_auths: string[];
  id: string;
  json: string;
}

export interface Transfer {
  from: string;
  to: string;
  /** `1.000 STEEM` */
  amount: string;
  memo: string;
}

export interface Vote {
  voter: string;
  author: string;
  permlink: string;
  weight: number;
}

export interface Comment {
  parent_author: string;
  parent_permlink: string;
  author: string;
  permlink: string;
  title: string;
  body: string;
  json_metadata: string;
}

/** The operations of the main chain that pages make. */
export type Operation = ["custom_json", CustomJson] | ["transfer", Transfer] | ["vote", Vote] | ["comment", Comment];

export interface Transaction {
  ref_block_num: number;
  ref_block_prefix: number;
  /** `2026-01-01T00:00:00`, UTC */
  expiration: string;
  operations: Operation[];
  extensions: [];
}

export interface SignedTransaction extends Transaction {
  signatures: string[];
}

/** What a transaction must refer to, and what network this is: the answer of `/api/sign/reference`. */
export interface Reference {
  flavor: "steem" | "hive";
  /** Hexadecimal. */
  chainId: string;
  /** How public keys begin. */
  prefix: string;
  refBlockNum: number;
  refBlockPrefix: number;
  expiration: string;
  customJsonId: string;
  liquid: string;
  dollar: string;
  /** A network for development: wallets would send its transactions to the public chain, so we send them. */
  development: boolean;
  /** Accounts whose deposits are told apart by their memos: exchanges, gateways, the peg. */
  needingMemo: string[];
}

/** Public keys of an account of the main chain: the answer of `/api/sign/account/<name>`. */
export interface AccountKeys {
  name: string;
  owner: string[];
  active: string[];
  posting: string[];
  memo: string;
}

/** How an account signs. */
export type MethodId = "keychain" | "redirect" | "key" | "demo";

/** Somebody who has logged in. */
export interface Member {
  name: string;
  method: MethodId;
}

/** What is to be signed, and what people were told about it. */
export interface Request {
  account: string;
  operations: Operation[];
  authority: Authority;
  /** One sentence for each call or operation. */
  words: string[];
}

/** What became of a request. Contracts may still refuse what was sent: see `Progress`. */
export type Outcome =
  { kind: "sent"; id: string } | { kind: "leaving" } | { kind: "cancelled" } | { kind: "refused"; error: SignError };

/** How an account signs: shows nothing that was not shown before, throws `SignError`. */
export interface Method {
  id: MethodId;
  sign(request: Request): Promise<Outcome>;
}

/** One call of a transaction, as the sidechain executed it. */
export interface CallResult {
  id: string;
  contract: string;
  action: string;
  /** What it was to do is done; there may be errors of others that were told of it all the same. */
  ok: boolean;
  errors: string[];
}

/** Where a transaction is: the answer of `/api/sign/status/<id>`. */
export interface Progress {
  state: "unknown" | "included" | "executed";
  /** Number of the main chain's block. */
  block?: number;
  final: boolean;
  calls: CallResult[];
}

/**
 * Why something was not signed or sent. `code` names the text (`error-<code>`), `details` fill it in;
 * `message` is for logs.
 */
export class SignError extends Error {
  constructor(
    readonly code: string,
    readonly details: Record<string, string> = {},
    message: string = code,
  ) {
    super(message);
    this.name = "SignError";
  }
}
