// Building elements without a line of HTML text, so that nothing from the chain can become markup.

type Child = Node | string | undefined | false;

/** An element with attributes (`true` for those without a value) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string | boolean> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

let last = 0;

/** An id that no other element of the page has. */
export function freshId(prefix: string): string {
  last += 1;
  return `${prefix}-${last}`;
}

/** Opens a dialog over the page; closed and removed, it gives the focus back to where it was. */
export function openDialog(dialog: HTMLDialogElement): Promise<void> {
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        dialog.remove();
        if (before instanceof HTMLElement && before.isConnected) before.focus();
        resolve();
      },
      { once: true },
    );
  });
}
