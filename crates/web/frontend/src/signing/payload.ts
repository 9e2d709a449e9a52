// From the fields of a form to the payload of a call.

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | HTMLButtonElement;

/** What a form's fields say; names and types are described at `<t-action>`. */
export function readPayload(form: HTMLFormElement, submitter: HTMLElement | null = null): Record<string, unknown> {
  const payload: Record<string, unknown> = {};
  for (const element of form.elements) {
    if (!isField(element) || !counts(element, submitter)) continue;
    const value = readField(element);
    if (value !== undefined) put(payload, element.name, value);
  }
  return payload;
}

function isField(element: Element): element is Field {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLButtonElement
  );
}

function counts(field: Field, submitter: HTMLElement | null): boolean {
  if (!field.name || field.matches(":disabled") || field.dataset["local"] !== undefined) return false;
  if (field instanceof HTMLButtonElement) return field === submitter;
  return !(field instanceof HTMLInputElement && field.type === "radio" && !field.checked);
}

/** The value of a field in its type; `undefined` if it is to be left out. */
function readField(field: Field): unknown {
  if (field instanceof HTMLInputElement && field.type === "checkbox") return field.checked;
  const text = field.type === "textarea" ? field.value : field.value.trim();
  if (text === "" && field.dataset["keep"] === undefined) return undefined;
  return typed(text, field.dataset["type"] ?? "text", field.name);
}

/** A text in the type that a payload wants. */
export function typed(text: string, type: string, name: string): unknown {
  switch (type) {
    case "number": {
      const number = Number(text);
      if (text === "" || !Number.isFinite(number)) throw new RangeError(`${name}: expected a number, found "${text}"`);
      return number;
    }
    case "boolean":
      return text === "true" || text === "on" || text === "1";
    case "json":
      return JSON.parse(text) as unknown;
    case "list":
      return text.split(/[\s,]+/).filter((item) => item !== "");
    default:
      return text;
  }
}

/** Puts a value where a name such as `config.tags[]` says. */
export function put(payload: Record<string, unknown>, name: string, value: unknown): void {
  const path = name.replace(/\[\]$/, "").split(".");
  // names come from metadata of tokens, too: none may reach into what all objects share
  if (path.some((step) => step === "__proto__" || step === "constructor" || step === "prototype")) return;
  const last = path.pop() ?? name;
  let place = payload;
  for (const step of path) {
    const inner = place[step];
    if (isObject(inner)) place = inner;
    else {
      const made: Record<string, unknown> = {};
      place[step] = made;
      place = made;
    }
  }
  if (!name.endsWith("[]")) {
    place[last] = value;
    return;
  }
  const list = place[last];
  if (Array.isArray(list)) list.push(value);
  else place[last] = [value];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
