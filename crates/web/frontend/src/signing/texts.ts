// The translated texts of signing, loaded when the first one is needed.

/** A message: its text with blanks such as `{to}`. */
export type Messages = Record<string, string>;

/** Texts by key (without the area's `signing-`), with blanks filled in. */
export class Texts {
  readonly #messages: Messages;

  constructor(messages: Messages) {
    this.#messages = messages;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#messages, key);
  }

  /** The text, or the key if there is none. Values are put in as they are: the result is for `textContent`. */
  say(key: string, values: Record<string, string> = {}): string {
    const message = this.has(key) ? (this.#messages[key] ?? key) : key;
    return message.replace(/\{([\w.]+)\}/g, (blank, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? "") : blank,
    );
  }

  /** The blanks of a text. */
  variables(key: string): string[] {
    const message = this.has(key) ? (this.#messages[key] ?? "") : "";
    return [...message.matchAll(/\{([\w.]+)\}/g)].map((match) => match[1] ?? "");
  }
}

let loading: Promise<Texts> | undefined;

/** The texts in the language of the page. */
export function loadTexts(): Promise<Texts> {
  loading ??= fetch(`/api/sign/texts/${document.documentElement.lang || "en"}`, { credentials: "same-origin" })
    .then(async (response) => {
      if (!response.ok) throw new Error(`texts: ${response.status}`);
      return new Texts((await response.json()) as Messages);
    })
    .catch((error: unknown) => {
      // asked for again the next time
      loading = undefined;
      throw error;
    });
  return loading;
}
