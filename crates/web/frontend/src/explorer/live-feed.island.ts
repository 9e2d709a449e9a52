import { listen, onGap, onState, type Message } from "../shell/live";
import { text } from "../shell/text";

/** Rows that are kept. */
const MOST = 200;

/**
 * `<live-feed data-head="7">` around a table of transactions, which has all up to that block: puts new ones on top as they
 * come. While it is paused, or somebody reads, they wait behind a button.
 *
 * What is shown is asked for by the last block that is here, not by what the stream tells: so nothing is lost while the
 * connection is.
 */
class LiveFeed extends HTMLElement {
  #stops: (() => void)[] = [];
  #waiting: HTMLTableRowElement[] = [];
  #paused = false;
  /** Everything up to this block is here, or waits. */
  #head = 0;
  /** One reading after the other. */
  #last: Promise<void> = Promise.resolve();

  connectedCallback(): void {
    this.#head = Number(this.dataset["head"]);
    const pause = this.querySelector<HTMLButtonElement>("[data-pause]");
    const show = this.querySelector<HTMLButtonElement>("[data-show]");
    if (pause === null || show === null) return;
    pause.hidden = false;
    pause.addEventListener("click", () => {
      this.#paused = !this.#paused;
      pause.textContent = text(this.#paused ? "explorer-live-js-resume" : "explorer-live-js-pause");
      this.#settle();
    });
    show.addEventListener("click", () => {
      this.#flush();
      window.scrollTo({ top: 0 });
    });
    this.addEventListener("pointerleave", () => this.#settle());
    this.#stops = [
      listen("tx", (message) => this.#then(() => this.#take(message))),
      onGap(() => this.#then(() => this.#read())),
      onState((state) => {
        this.dataset["state"] = state;
        if (state === "open") this.#then(() => this.#read());
      }),
    ];
  }

  disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #then(work: () => Promise<void>): void {
    // what fails now is read with the next block
    this.#last = this.#last.then(work).catch(() => undefined);
  }

  async #take(message: Message): Promise<void> {
    if (message.change === "committed") {
      if (message.block > this.#head) await this.#read();
      return;
    }
    this.#head = Math.min(this.#head, message.block - 1);
    const gone = (row: HTMLElement): boolean => Number(row.dataset["block"]) >= message.block;
    this.#waiting = this.#waiting.filter((row) => !gone(row));
    for (const row of this.#rows()) if (gone(row)) row.remove();
    const said = this.querySelector("[data-said]");
    if (said !== null) said.textContent = text("explorer-live-js-reorganised", { block: message.block });
    this.#settle();
  }

  /** What happened since the last block that is here. */
  async #read(): Promise<void> {
    const asked = new URLSearchParams(location.search);
    asked.set("after", String(this.#head));
    const answer = await fetch(`/live/rows?${asked}`, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    // rows only live in a table
    const holder = document.createElement("template");
    holder.innerHTML = `<table><tbody>${await answer.text()}</tbody></table>`;
    const fresh = [...holder.content.querySelectorAll("tr")];
    this.#head = Math.max(this.#head, Number(answer.headers.get("tartan-head")));
    this.#waiting = [...fresh, ...this.#waiting].slice(0, MOST);
    this.#settle();
  }

  #rows(): HTMLTableRowElement[] {
    return [...this.querySelectorAll<HTMLTableRowElement>("tr[data-block]")];
  }

  get #isRead(): boolean {
    const body = this.querySelector("tbody");
    const isFar = this.getBoundingClientRect().top < -100;
    return isFar || (body?.matches(":hover, :focus-within") ?? false);
  }

  /** Shows what waits, or says that it does. */
  #settle(): void {
    if (!this.#paused && !this.#isRead) this.#flush();
    const show = this.querySelector<HTMLButtonElement>("[data-show]");
    if (show === null) return;
    show.hidden = this.#waiting.length === 0;
    show.textContent = text("explorer-live-js-new", { count: this.#waiting.length });
  }

  #flush(): void {
    this.querySelector("tbody")?.prepend(...this.#waiting);
    this.#waiting = [];
    for (const row of this.#rows().slice(MOST)) row.remove();
    const isEmpty = this.#rows().length === 0;
    this.querySelector<HTMLElement>("[data-empty]")?.toggleAttribute("hidden", !isEmpty);
    this.querySelector<HTMLElement>(".table-frame")?.toggleAttribute("hidden", isEmpty);
    this.querySelector<HTMLElement>("[data-show]")?.toggleAttribute("hidden", true);
  }
}

customElements.define("live-feed", LiveFeed);
