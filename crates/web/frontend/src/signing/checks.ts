// What can be known to be wrong before anything is signed, said at the field.

import { ACCOUNT_NAME } from "./accounts";
import { accountKeys } from "./api";
import { compare, decimals, isDecimal } from "./decimal";
import { freshId, h } from "./elements";
import { loadTexts, type Texts } from "./texts";
import { SignError } from "./types";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** A private key in wallet import format, or a master password, anywhere in a text. */
const SECRET = /(^|[^1-9A-HJ-NP-Za-km-z])P?5[HJK][1-9A-HJ-NP-Za-km-z]{49}(?![1-9A-HJ-NP-Za-km-z])/;

/** Checks all fields of a form and goes to the first that is wrong. */
export async function checkFields(form: HTMLFormElement, account: string): Promise<boolean> {
  const texts = await loadTexts();
  const fields = [...form.elements].filter(isVisibleField);
  let first: Field | undefined;
  for (const field of fields) {
    const problem = await problemOf(field, account, texts);
    say(field, problem);
    if (problem && !first) first = field;
  }
  first?.focus();
  return first === undefined;
}

/** Fields that somebody fills in: these have a place for a message. */
function isVisibleField(element: Element): element is Field {
  if (element instanceof HTMLInputElement) return element.type !== "hidden";
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}

/** What is wrong with a field, in words. */
async function problemOf(field: Field, account: string, texts: Texts): Promise<string | undefined> {
  if (field.matches(":disabled") || !field.willValidate) return undefined;
  if (!field.checkValidity()) return field.validationMessage;
  const value = field.value.trim();
  if (value === "") return undefined;
  const rule = wrong(value, field.dataset, account);
  if (rule) return texts.say(`field-${rule}`, { value, account, ...dataset(field) });
  if (field.dataset["check"] !== "account" || value === "null") return undefined;
  try {
    await accountKeys(value);
    return undefined;
  } catch (error) {
    // a server that cannot tell must not stop anybody
    const unknown = error instanceof SignError && error.code === "account-unknown";
    return unknown ? texts.say("field-account-unknown", { value }) : undefined;
  }
}

function dataset(field: Field): Record<string, string> {
  return Object.fromEntries(Object.entries(field.dataset).map(([name, value]) => [name, value ?? ""]));
}

/** Whether a text holds a private key or a master password. */
export function holdsSecret(text: string): boolean {
  return SECRET.test(text);
}

/** Which rule of a field's `data-` attributes a value breaks: the end of the key of its message. */
export function wrong(value: string, rules: DOMStringMap, account: string): string | undefined {
  const { check, type, precision, max, min, equals, notSelf } = rules;
  // in any field: everybody can read what is signed
  if (holdsSecret(value)) return "secret";
  if (equals !== undefined && value !== equals) return "equals";
  if (check === "account" && !(ACCOUNT_NAME.test(value) && value.length >= 3 && value.length <= 16))
    return "account-name";
  if (type === "json" && parsed(value) === undefined) return "json";
  if (check === "object" && !isObject(parsed(value))) return "object";
  if (notSelf !== undefined && value === account) return "self";
  if (precision === undefined && max === undefined && min === undefined) return undefined;
  if (!isDecimal(value)) return "number";
  if (precision !== undefined && decimals(value) > Number(precision)) return precision === "0" ? "whole" : "precision";
  if (compare(value, "0") <= 0) return "positive";
  if (min !== undefined && compare(value, min) < 0) return "min";
  if (max !== undefined && compare(value, max) > 0) return "max";
  return undefined;
}

/** What a text is as JSON; `undefined` if it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Shows a message at a field, or takes it away. */
function say(field: Field, problem: string | undefined): void {
  const host = field.closest(".field") ?? field.parentElement ?? field;
  let place = host.querySelector<HTMLElement>(".error");
  host.classList.toggle("invalid", problem !== undefined);
  if (!problem) {
    field.removeAttribute("aria-invalid");
    if (place) place.textContent = "";
    return;
  }
  if (!place) {
    place = h("p", { class: "error", id: freshId("field-error"), "aria-live": "polite" });
    host.append(place);
  }
  if (!place.id) place.id = freshId("field-error");
  place.textContent = problem;
  field.setAttribute("aria-invalid", "true");
  const described = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  field.setAttribute("aria-describedby", [...described.add(place.id)].join(" "));
}
