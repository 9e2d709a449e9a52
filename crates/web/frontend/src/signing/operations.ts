// From what a page wants to the operations of the main chain.

import { type Authority, type Call, type Operation, SignError } from "./types";

/** The bytes that one custom_json may have on the main chain. */
const LONGEST_JSON = 8_192;

/**
 * One custom_json with all the calls: a single one as an object, several as a list, whose results have the ids
 * `<txid>-0`, `<txid>-1`, …
 */
export function customJson(account: string, id: string, calls: Call[], authority: Authority): Operation {
  const bodies = calls.map(({ contract, action, payload }) => ({
    contractName: contract,
    contractAction: action,
    contractPayload: payload,
  }));
  const json = JSON.stringify(bodies.length === 1 ? bodies[0] : bodies);
  if (new TextEncoder().encode(json).length > LONGEST_JSON) {
    throw new SignError("too-large", {}, `expected calls of at most ${LONGEST_JSON} bytes, found ${json.length}`);
  }
  return [
    "custom_json",
    {
      required_auths: authority === "active" ? [account] : [],
      required_posting_auths: authority === "posting" ? [account] : [],
      id,
      json,
    },
  ];
}

/** The calls in an operation: of custom_json, or in the memo of a transfer. */
export function callsOf(operation: Operation): Call[] {
  try {
    if (operation[0] === "custom_json") return readCalls(JSON.parse(operation[1].json));
    if (operation[0] === "transfer") return readCalls((JSON.parse(operation[1].memo) as { json?: unknown }).json);
  } catch {
    // not JSON, so no calls
  }
  return [];
}

function readCalls(value: unknown): Call[] {
  const bodies = (Array.isArray(value) ? value : [value]) as Record<string, unknown>[];
  return bodies.map((body) => ({
    contract: String(body.contractName),
    action: String(body.contractAction),
    payload: (body.contractPayload ?? {}) as Record<string, unknown>,
  }));
}
