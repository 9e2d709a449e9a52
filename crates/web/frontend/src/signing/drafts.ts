// What somebody has typed into a form and not yet signed: there again after a reload, and when another site that signs
// sends them back. It stays in the tab's storage, and holds nothing secret: keys are never typed into these forms.

const PREFIX = "tartan.draft.";
/** An hour later nobody expects it any more. */
const OLDEST = 3600_000;

interface Draft {
  time: number;
  /** The transaction that was sent and has not been heard of. */
  sent?: string;
  /** By the names of the fields: values, or whether it is checked. */
  fields: [name: string, value: string | boolean][];
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The name of a form's draft: the address of the page, and what the form does. */
function nameOf(action: Element): string {
  const path = `${location.pathname}${location.search}`;
  const same = [...document.querySelectorAll("t-action")].filter(
    (other) => other.getAttribute("call") === action.getAttribute("call"),
  );
  return `${PREFIX}${path} ${action.getAttribute("call") ?? ""} ${same.indexOf(action)}`;
}

function fieldsOf(action: Element): Field[] {
  // what must be typed to confirm is typed each time
  const all = action.querySelectorAll<Field>(
    "input:not([type=hidden], [type=password], [data-equals]), textarea, select",
  );
  return [...all].filter((field) => field.id !== "" || field.name !== "");
}

function isTick(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio");
}

function isDirty(field: Field): boolean {
  if (isTick(field)) return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) {
    return [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0;
  }
  return field.value !== field.defaultValue;
}

function labelOf(field: Field): string {
  return isTick(field) ? `${field.name}=${field.value}` : field.id || field.name;
}

/** Keeps what was typed into a form, and what was sent of it, if anything was. */
export function keepDraft(action: Element, sent?: string): void {
  const fields = fieldsOf(action);
  if (!sent && !fields.some(isDirty)) {
    forgetDraft(action);
    return;
  }
  const draft: Draft = {
    time: Date.now(),
    ...(sent ? { sent } : {}),
    fields: fields.map((field) => [labelOf(field), isTick(field) ? field.checked : field.value]),
  };
  try {
    sessionStorage.setItem(nameOf(action), JSON.stringify(draft));
  } catch {
    // full, or refused: as without
  }
}

/** Fills in what was typed; gives the id of what was sent and may be done meanwhile. */
export function restoreDraft(action: Element): string | undefined {
  const draft = read(nameOf(action));
  if (!draft) return undefined;
  const values = new Map(draft.fields);
  for (const field of fieldsOf(action)) {
    const value = values.get(labelOf(field));
    if (isTick(field) && typeof value === "boolean") field.checked = value;
    else if (!isTick(field) && typeof value === "string") field.value = value;
    else continue;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return draft.sent;
}

function read(name: string): Draft | undefined {
  try {
    const draft = JSON.parse(sessionStorage.getItem(name) ?? "null") as Draft | null;
    return draft && Date.now() - draft.time < OLDEST && Array.isArray(draft.fields) ? draft : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets what was typed into a form. */
export function forgetDraft(action: Element): void {
  sessionStorage.removeItem(nameOf(action));
}

/** Forgets all of them. */
export function forgetDrafts(): void {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
}
