/** `<pool-add data-base="…" data-quote="…">` (the reserves): either amount gives the other, at the price of the pool. */
import { parse, show } from "./decimal";

/** Decimals of reserves. */
const DECIMALS = 8;

class PoolAdd extends HTMLElement {
  connectedCallback(): void {
    const base = parse(this.dataset["base"] ?? "", DECIMALS) ?? 0n;
    const quote = parse(this.dataset["quote"] ?? "", DECIMALS) ?? 0n;
    // who comes first sets the price
    if (base === 0n || quote === 0n) return;
    this.addEventListener("input", (event) => {
      const field = event.target as HTMLInputElement;
      if (field.name === "baseQuantity") this.#follow(field, "quoteQuantity", base, quote);
      if (field.name === "quoteQuantity") this.#follow(field, "baseQuantity", quote, base);
    });
  }

  #follow(field: HTMLInputElement, name: string, own: bigint, other: bigint): void {
    const follower = this.querySelector<HTMLInputElement>(`[name=${name}]`);
    const amount = parse(field.value, DECIMALS);
    if (follower === null || amount === undefined) return;
    // to the last decimal of the token, rounded half up, as the contract does it
    const step = 10n ** BigInt(DECIMALS - Number(follower.dataset["precision"] ?? "8"));
    const rounded = (2n * amount * other + own * step) / (2n * own * step);
    follower.value = rounded > 0n ? show(rounded * step, DECIMALS) : "";
  }
}

customElements.define("pool-add", PoolAdd);
