/**
 * `<pool-remove>` around the form that takes liquidity out: a slider and buttons for the part of the own share, and what comes
 * out of the pool at its price of now (`data-base`, `data-quote` of `[data-out]`: all of the own share).
 */
import { text } from "../shell/text";
import { parse, show } from "./decimal";

/** Decimals of reserves, and of percents. */
const DECIMALS = 8;
const PERCENT = 3;

class PoolRemove extends HTMLElement {
  connectedCallback(): void {
    const slider = this.querySelector<HTMLInputElement>("input[type=range]");
    const field = this.querySelector<HTMLInputElement>("[name=sharesOut]");
    const parts = this.querySelector<HTMLElement>(".parts");
    if (slider === null || field === null || parts === null) return;
    slider.hidden = false;
    parts.hidden = false;
    const choose = (percent: string): void => {
      field.value = percent;
      slider.value = percent;
      this.#say(field.value);
    };
    slider.addEventListener("input", () => choose(slider.value));
    field.addEventListener("input", () => {
      slider.value = field.value;
      this.#say(field.value);
    });
    parts.addEventListener("click", (event) => {
      const part = event.target instanceof HTMLElement ? event.target.dataset["part"] : undefined;
      if (part !== undefined) choose(part);
    });
    this.#say(field.value);
  }

  #say(typed: string): void {
    const place = this.querySelector<HTMLElement>("[data-out]");
    const percent = parse(typed, PERCENT);
    if (place === null) return;
    const { base = "", quote = "", baseSymbol = "", quoteSymbol = "" } = place.dataset;
    const part = (amount: string): string => {
      const all = parse(amount, DECIMALS) ?? 0n;
      return show((all * (percent ?? 0n)) / 100_000n, DECIMALS);
    };
    const is = percent !== undefined && percent > 0n && percent <= 100_000n;
    const words = { base: part(base), baseSymbol, quote: part(quote), quoteSymbol };
    place.textContent = is ? text("market-js-out", words) : "";
  }
}

customElements.define("pool-remove", PoolRemove);
