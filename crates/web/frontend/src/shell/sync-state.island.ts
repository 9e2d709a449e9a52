import { listen, onState } from "./live";
import { passed } from "./time";

/** The footer's line about the chain: its latest block, and whether the page hears of new ones. */
class SyncState extends HTMLElement {
  #stops: (() => void)[] = [];

  connectedCallback(): void {
    const head = this.querySelector<HTMLElement>("[data-head]");
    const link = head?.closest("a");
    this.#stops.push(
      listen("block", (message) => {
        if (message.change === "committed") passed(message["timestamp"]);
        const number = message.change === "committed" ? message.block : message.block - 1;
        if (head !== null) head.textContent = number.toLocaleString("en");
        if (link) link.href = `/block/${number}`;
      }),
      onState((state) => {
        this.dataset["connection"] = state;
        const lost = this.querySelector<HTMLElement>("[data-lost]");
        if (lost !== null) lost.hidden = state !== "lost";
      }),
    );
  }

  disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }
}

customElements.define("sync-state", SyncState);
