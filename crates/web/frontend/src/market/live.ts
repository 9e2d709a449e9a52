// Showing what the server renders now, row by row, so that nothing jumps and nobody loses their place.

/** Takes over the parts (elements with an id and `data-live`) from a rendered answer. */
export function takeOver(html: string): void {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of document.querySelectorAll<HTMLElement>("[data-live][id]")) {
    const now = fresh.getElementById(part.id);
    if (now === null) continue;
    const [rows, newRows] = [part.querySelector("tbody"), now.querySelector("tbody")];
    if (rows !== null && newRows !== null) takeOverRows(rows, newRows);
    else takeOverAll(part, now);
  }
}

/** What the server said last of a part: islands change what is in the page. */
const last = new WeakMap<Element, string>();

function takeOverAll(part: Element, now: Element): void {
  const html = now.innerHTML;
  const before = last.get(part);
  if (before === html) return;
  last.set(part, html);
  const flashing = part.querySelector("[data-flash]")?.textContent;
  part.replaceChildren(...[...now.childNodes].map((node) => document.importNode(node, true)));
  const flashed = part.querySelector("[data-flash]");
  if (before !== undefined && flashed && flashed.textContent !== flashing) flashed.classList.add("flash");
}

function takeOverRows(rows: Element, fresh: Element): void {
  const known = new Map<string, HTMLElement>();
  for (const row of rows.querySelectorAll<HTMLElement>(":scope > tr[data-key]")) known.set(row.dataset["key"] ?? "", row);
  let place: Element | null = rows.firstElementChild;
  for (const row of [...fresh.querySelectorAll<HTMLElement>(":scope > tr")]) {
    const key = row.dataset["key"] ?? "";
    const old = known.get(key);
    known.delete(key);
    if (old !== undefined && old.dataset["value"] === row.dataset["value"]) {
      if (old === place) place = place.nextElementSibling;
      else rows.insertBefore(old, place);
      continue;
    }
    const made = document.importNode(row, true);
    made.classList.add("flash");
    keepChecked(old, made);
    if (old !== undefined) {
      if (old === place) place = place.nextElementSibling;
      const held = old.contains(document.activeElement) ? focusPath(old) : undefined;
      old.remove();
      rows.insertBefore(made, place);
      if (held !== undefined) made.querySelectorAll<HTMLElement>("a, button, input")[held]?.focus();
    } else rows.insertBefore(made, place);
  }
  for (const gone of known.values()) gone.remove();
}

function keepChecked(old: HTMLElement | undefined, made: HTMLElement): void {
  const before = old?.querySelector<HTMLInputElement>("input[type=checkbox]");
  const now = made.querySelector<HTMLInputElement>("input[type=checkbox]");
  if (before && now) now.checked = before.checked;
}

/** Which of a row's controls has the focus. */
function focusPath(row: HTMLElement): number {
  return [...row.querySelectorAll("a, button, input")].indexOf(document.activeElement as Element);
}
