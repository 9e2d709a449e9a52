import { listen } from "../shell/live";

/**
 * `<watch-block data-block="7" data-main="1007">`: shows its part `data-reversible` until the main chain cannot take its
 * block 1007 back any more (`data-final`), or did (`data-reverted`).
 */
class WatchBlock extends HTMLElement {
  #stops: (() => void)[] = [];

  connectedCallback(): void {
    this.#stops = [
      listen("sync", (message) => {
        if (Number(message["irreversible"]) >= Number(this.dataset["main"])) this.#become("final");
      }),
      listen("block", (message) => {
        if (message.change === "reverted" && message.block <= Number(this.dataset["block"])) this.#become("reverted");
      }),
    ];
  }

  disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #become(state: "final" | "reverted"): void {
    this.disconnectedCallback();
    for (const part of ["reversible", "final", "reverted"]) {
      this.querySelector(`[data-${part}]`)?.toggleAttribute("hidden", part !== state);
    }
  }
}

customElements.define("watch-block", WatchBlock);
