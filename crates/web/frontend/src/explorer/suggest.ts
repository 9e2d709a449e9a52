/**
 * Suggestions under the search box, while one types; and a guard that lets no private key out of the page.
 */
import { text } from "../shell/text";

interface Suggestion {
  readonly kind: string;
  readonly text: string;
  readonly detail: string;
  readonly address: string;
}

/** How long nothing is typed before the server is asked, in milliseconds. */
const PAUSE = 60;

/** Whether a text has something in it that could be a private key: as the server decides. */
export function isSecret(typed: string): boolean {
  return typed.split(/[^1-9A-HJ-NP-Za-km-z]+/).some((word) => {
    const key = word.length >= 52 && word.startsWith("P") ? word.slice(1) : word;
    return (key.startsWith("5") && key.length >= 50) || (/^[KL]/.test(key) && key.length >= 51);
  });
}

/**
 * Whether a text may become a private key when it is typed on. The server is not asked about it: letter by letter it would
 * be told all of the key but the end. What pages are called is shorter, or in small or capital letters only.
 */
export function mayBecomeSecret(typed: string): boolean {
  const words = typed.split(/[^1-9A-HJ-NP-Za-km-z]+/);
  return words.some((word) => word.length > 8 && /^P?[5KL]/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word));
}

/** Lets a search form suggest and refuse. */
export function suggest(form: HTMLFormElement, input: HTMLInputElement): void {
  const list = document.createElement("ul");
  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
  list.hidden = true;
  const warning = document.createElement("p");
  warning.className = "search-warning";
  warning.setAttribute("role", "alert");
  warning.hidden = true;
  const count = document.createElement("p");
  count.className = "hidden";
  count.setAttribute("aria-live", "polite");
  form.append(list, warning, count);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let timer: number | undefined;
  let asked: AbortController | undefined;
  let chosen = -1;

  const close = (): void => {
    window.clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    count.textContent = "";
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (place: number): void => {
    const options = [...list.children];
    if (options.length === 0) return;
    chosen = (place + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
    const option = options[chosen];
    if (option !== undefined) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  };

  const show = (suggestions: readonly Suggestion[]): void => {
    list.replaceChildren(
      ...suggestions.map((suggestion, index) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${String(index)}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset["address"] = suggestion.address;
        const name = document.createElement("span");
        name.textContent = suggestion.text;
        const kind = document.createElement("small");
        kind.textContent = suggestion.detail === "" ? suggestion.kind : `${suggestion.kind} · ${suggestion.detail}`;
        option.append(name, kind);
        return option;
      }),
    );
    chosen = -1;
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(suggestions.length > 0));
    count.textContent = text("explorer-search-js-count", { count: suggestions.length });
  };

  const refuse = (): boolean => {
    const secret = isSecret(input.value);
    // the last letters of a key that is being typed do not take the warning away
    if (secret || input.value.length > 3) {
      warning.hidden = !secret;
      warning.textContent = secret ? text("explorer-search-js-refused") : "";
    }
    if (secret) {
      close();
      input.value = "";
    }
    return secret;
  };

  const ask = async (): Promise<void> => {
    asked?.abort();
    asked = new AbortController();
    const query = input.value.trim();
    try {
      const answer = await fetch(`/search/suggest?q=${encodeURIComponent(query)}`, {
        signal: asked.signal,
        headers: { accept: "application/json" },
      });
      if (answer.ok && input.value.trim() === query) show((await answer.json()) as Suggestion[]);
    } catch {
      // typed on meanwhile, or offline: the search itself will say so
    }
  };

  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    if (refuse()) return;
    if (input.value.trim() === "" || mayBecomeSecret(input.value)) {
      close();
      return;
    }
    timer = window.setTimeout(() => void ask(), PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return;
      event.preventDefault();
      choose(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? -1 : chosen - 1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  const go = (option: Element | null | undefined): boolean => {
    const address = option instanceof HTMLElement ? option.dataset["address"] : undefined;
    if (address === undefined) return false;
    close();
    window.location.assign(address);
    return true;
  };
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    go(event.target instanceof Element ? event.target.closest("li") : null);
  });
  form.addEventListener("submit", (event) => {
    if (refuse() || (chosen >= 0 && go(list.children[chosen]))) event.preventDefault();
  });
  input.addEventListener("blur", close);
}
