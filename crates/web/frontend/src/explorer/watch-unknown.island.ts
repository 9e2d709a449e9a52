import { listen, onGap, onState, type Message } from "../shell/live";

/**
 * `<watch-unknown data-id="0f0f…">`: loads the page anew when a transaction arrives that has this id, or came of the main chain's
 * transaction with it. Shows its part `data-watched` while it listens.
 */
class WatchUnknown extends HTMLElement {
  #stops: (() => void)[] = [];

  connectedCallback(): void {
    this.#stops = [
      listen("tx", (message) => this.#take(message)),
      onGap(() => void this.#ask()),
      onState((state) => {
        this.querySelector("[data-watched]")?.toggleAttribute("hidden", state !== "open");
        // it may have come before anybody listened
        if (state === "open") void this.#ask();
      }),
    ];
  }

  disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  get #id(): string {
    return this.dataset["id"] ?? "";
  }

  #isIt(id: string): boolean {
    return id === this.#id || (this.#id.length === 40 && id.startsWith(`${this.#id}-`));
  }

  #take(message: Message): void {
    if (message.change !== "committed") return;
    const came = (message["transactions"] ?? []) as { id: string }[];
    if (came.some(({ id }) => this.#isIt(id))) this.#arrived();
    // a full block tells not of all
    else if (Number(message["more"]) > 0) void this.#ask();
  }

  /** Asks for the main chain's transaction; of what the chain does by itself only the stream tells. */
  async #ask(): Promise<void> {
    const [main = ""] = this.#id.split("-");
    if (main.length !== 40) return;
    const answer = await fetch(`/api/sign/status/${main}`).catch(() => undefined);
    if (!answer?.ok) return;
    const { calls } = (await answer.json()) as { calls: { id: string }[] };
    if (calls.some(({ id }) => this.#isIt(id))) this.#arrived();
  }

  #arrived(): void {
    this.disconnectedCallback();
    location.reload();
  }
}

customElements.define("watch-unknown", WatchUnknown);
