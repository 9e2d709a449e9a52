/**
 * The one script: the styles that all pages have, and the islands that the page uses. The style sheet of an area is an entry
 * of its own (vite.config.ts), which the area's pages link.
 *
 * An island is a custom element in a file `<area>/<element-name>.island.ts`. It is loaded when the page has the element,
 * also if that comes later. It enhances what the server rendered inside it; without it the page still reads.
 */
import "./styles/main.css";

const islands = new Map<string, () => Promise<unknown>>();
for (const [path, load] of Object.entries(import.meta.glob("./*/*.island.ts"))) {
  const name = /([^/]+)\.island\.ts$/.exec(path)?.[1];
  if (name !== undefined) islands.set(name, load);
}

function wake(root: ParentNode): void {
  if (islands.size === 0) return;
  for (const element of root.querySelectorAll(":not(:defined)")) {
    const name = element.localName;
    const load = islands.get(name);
    if (load === undefined) continue;
    islands.delete(name);
    load().catch((error: unknown) => {
      console.error(`the island ${name} cannot be loaded`, error);
    });
  }
}

document.documentElement.dataset["js"] = "on";
wake(document);
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      if (node instanceof Element && node.parentNode !== null) wake(node.parentNode);
    }
  }
}).observe(document.documentElement, { childList: true, subtree: true });
