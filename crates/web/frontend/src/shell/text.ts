/**
 * The texts that the server put into the page for islands (`page.island_texts("wallet-js-")` in a template), by their
 * keys. Arguments stand in braces.
 */
let texts: Record<string, string> | undefined;

export function text(key: string, args: Readonly<Record<string, string | number>> = {}): string {
  texts ??= read();
  const found = texts[key];
  if (found === undefined) {
    console.error(`the page has no text ${key}`);
    return key;
  }
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole));
}

function read(): Record<string, string> {
  const all: Record<string, string> = {};
  for (const script of document.querySelectorAll("script[data-texts]")) {
    Object.assign(all, JSON.parse(script.textContent ?? "{}"));
  }
  return all;
}
