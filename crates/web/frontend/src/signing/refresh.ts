// Showing anew what a signed action has changed, without losing the form.

/** Replaces the elements that have an id and `data-refresh` by what the server renders now. */
export async function refreshParts(): Promise<void> {
  const parts = document.querySelectorAll("[data-refresh][id]");
  if (parts.length === 0) return;
  const response = await fetch(location.href, { credentials: "same-origin" }).catch(() => undefined);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of parts) {
    const replacement = fresh.getElementById(part.id);
    if (replacement && !isBeingFilledIn(part)) part.replaceWith(document.importNode(replacement, true));
  }
}

/** Whether somebody has typed something in there meanwhile. */
function isBeingFilledIn(part: Element): boolean {
  const fields = part.querySelectorAll<HTMLInputElement>("input:not([type=hidden], [type=checkbox], [type=radio])");
  return [...fields].some((field) => field.value !== field.defaultValue);
}
