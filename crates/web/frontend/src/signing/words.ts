// What operations do, in words: the sentence that people read before they sign.
//
// The sentences are texts (`signing-words-<contract>-<action>`); this file chooses among them and gathers the rest of the
// payload, so that nothing is signed that was not shown.

import { callsOf } from "./operations";
import type { Texts } from "./texts";
import type { Call, Operation } from "./types";

/** One thing that is going to be done. */
export interface Statement {
  sentence: string;
  /** What the sentence does not say: name and value. */
  details: [string, string][];
}

/** What an operation does, call by call. */
export function statements(operation: Operation, texts: Texts): Statement[] {
  const calls = callsOf(operation);
  switch (operation[0]) {
    case "custom_json":
      return calls.length > 0
        ? calls.map((call) => callStatement(call, operation[1], texts))
        : [
            {
              sentence: texts.say("words-custom-json", { id: operation[1].id }),
              details: [["json", operation[1].json]],
            },
          ];
    case "transfer": {
      const { to, amount, memo } = operation[1];
      const sentence = texts.say("words-transfer", { to, amount });
      const inner = calls.map((call) => callStatement(call, undefined, texts));
      const details: [string, string][] = memo && inner.length === 0 ? [["memo", memo]] : [];
      return [{ sentence, details }, ...inner];
    }
    case "vote": {
      const { author, permlink, weight } = operation[1];
      const key = weight > 0 ? "words-vote" : weight < 0 ? "words-downvote" : "words-unvote";
      const percent = String(Math.abs(weight) / 100);
      return [{ sentence: texts.say(key, { author, permlink, percent }), details: [] }];
    }
    case "comment": {
      const { parent_author, title, permlink, author } = operation[1];
      const key = parent_author ? "words-reply" : "words-post";
      const sentence = texts.say(key, { title: title || permlink, author, parent: parent_author });
      return [{ sentence, details: [["body", operation[1].body]] }];
    }
  }
}

type Signers = { required_auths: string[]; required_posting_auths: string[] };

function callStatement(call: Call, signers: Signers | undefined, texts: Texts): Statement {
  const values = flatten(call.payload);
  const self = signers?.required_auths[0] ?? signers?.required_posting_auths[0];
  const key = sentenceKey(call, values, self, texts);
  if (!key) {
    const { contract, action } = call;
    return { sentence: texts.say("words-other", { contract, action }), details: Object.entries(values) };
  }
  const said = new Set(texts.variables(key));
  // the sentences for oneself and for burning say where it goes without a blank
  if (/-(self|burn)$/.test(key)) said.add("to");
  const details = Object.entries(values).filter(([name, value]) => !said.has(name) && value !== "");
  return { sentence: texts.say(key, values), details };
}

/** The most particular sentence that there is for a call, and whose blanks its payload fills. */
function sentenceKey(
  call: Call,
  values: Record<string, string>,
  self: string | undefined,
  texts: Texts,
): string | undefined {
  const base = `words-${call.contract}-${call.action}`;
  const candidates = [base];
  if (values.to === "null") candidates.unshift(`${base}-burn`);
  if (values.to !== undefined && values.to === self) candidates.unshift(`${base}-self`);
  for (const switchable of ["active", "enabled"]) {
    if (values[switchable] === "false") candidates.unshift(`${base}-off`);
  }
  // the two pegged contracts, and others that are alike but for the chain's name, share their sentences
  candidates.push(base.replace(/-(steem|hive)pegged-/, "-pegged-"));
  return candidates.find((key) => texts.has(key) && texts.variables(key).every((name) => name in values));
}

/** A payload as names and texts; inner values with dots between the names. */
export function flatten(value: unknown, prefix = ""): Record<string, string> {
  if (value === null || typeof value !== "object") return prefix ? { [prefix]: String(value) } : {};
  if (Array.isArray(value) && value.every((item) => item === null || typeof item !== "object")) {
    return prefix ? { [prefix]: value.join(", ") } : {};
  }
  // without a prototype: a field called "__proto__" is shown like any other
  const flat = Object.create(null) as Record<string, string>;
  for (const [name, inner] of Object.entries(value)) {
    Object.assign(flat, flatten(inner, prefix ? `${prefix}.${name}` : name));
  }
  return flat;
}
