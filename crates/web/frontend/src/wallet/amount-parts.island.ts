import { fromUnits, units } from "../signing/decimal";

/**
 * `<amount-parts data-for="quantity" data-max="12.500" data-precision="3"><button data-percent="25">…`: fills a part of
 * what is available into a field. Exact: rounded down to the token's smallest unit, never by floats.
 */
class AmountParts extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-percent]") : null;
      const field = document.getElementById(this.dataset["for"] ?? "");
      if (!button || !(field instanceof HTMLInputElement)) return;
      const precision = Number(this.dataset["precision"] ?? "0");
      const all = units(this.dataset["max"] ?? "0", precision);
      field.value = fromUnits((all * BigInt(button.dataset["percent"] ?? "100")) / 100n, precision);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
}

customElements.define("amount-parts", AmountParts);
