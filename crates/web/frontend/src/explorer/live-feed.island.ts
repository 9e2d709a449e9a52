import { listen, onGap, type Message } from "../shell/live";
import { text } from "../shell/text";

/** Rows that are kept. */
const MOST = 200;

/**
 * `<live-feed>` around a table of transactions: puts new ones on top as they come. While it is paused, or the reader has
 * scrolled down, they wait behind a button.
 */
class LiveFeed extends HTMLElement {
  #stops: (() => void)[] = [];
  #waiting: HTMLTableRowElement[] = [];
  #paused = false;
  /** One block after the other. */
  #last: Promise<void> = Promise.resolve();

  connectedCallback(): void {
    const pause = this.querySelector<HTMLButtonElement>("[data-pause]");
    const show = this.querySelector<HTMLButtonElement>("[data-show]");
    if (pause === null || show === null) return;
    pause.hidden = false;
    pause.addEventListener("click", () => {
      this.#paused = !this.#paused;
      pause.setAttribute("aria-pressed", String(this.#paused));
      if (!this.#paused) this.#flush();
    });
    show.addEventListener("click", () => {
      this.#flush();
      window.scrollTo({ top: 0 });
    });
    this.#stops = [
      listen("tx", (message) => {
        this.#last = this.#last.then(() => this.#take(message)).catch(() => undefined);
      }),
      onGap(() => {
        this.#say(text("explorer-live-js-gap"));
      }),
    ];
  }

  disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #say(words: string): void {
    const said = this.querySelector("[data-said]");
    if (said !== null) said.textContent = words;
  }

  async #take(message: Message): Promise<void> {
    if (message.change === "reverted") {
      const gone = (row: HTMLElement): boolean => Number(row.dataset["block"]) >= message.block;
      this.#waiting = this.#waiting.filter((row) => !gone(row));
      for (const row of this.querySelectorAll<HTMLElement>("tr[data-block]")) if (gone(row)) row.remove();
      this.#say(text("explorer-live-js-reorganised", { block: message.block }));
      return;
    }
    const answer = await fetch(`/live/rows?block=${String(message.block)}`, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    // rows only live in a table
    const holder = document.createElement("template");
    holder.innerHTML = `<table><tbody>${await answer.text()}</tbody></table>`;
    const known = new Set([...this.querySelectorAll("tr[data-block] a.id")].map((link) => link.getAttribute("href")));
    const rows = [...holder.content.querySelectorAll("tr")];
    const fresh = rows.filter((row) => !known.has(row.querySelector("a.id")?.getAttribute("href") ?? ""));
    this.#waiting = [...fresh, ...this.#waiting].slice(0, MOST);
    const isReading = this.getBoundingClientRect().top < -100 || this.matches(":focus-within:has(tbody :focus)");
    if (this.#paused || isReading) this.#tell();
    else this.#flush();
  }

  #tell(): void {
    const show = this.querySelector<HTMLButtonElement>("[data-show]");
    if (show === null) return;
    show.hidden = this.#waiting.length === 0;
    show.textContent = text("explorer-live-js-new", { count: this.#waiting.length });
  }

  #flush(): void {
    const body = this.querySelector("tbody");
    body?.prepend(...this.#waiting);
    this.#waiting = [];
    for (const row of [...this.querySelectorAll("tr[data-block]")].slice(MOST)) row.remove();
    this.#tell();
  }
}

customElements.define("live-feed", LiveFeed);
