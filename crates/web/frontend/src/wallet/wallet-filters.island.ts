import { setCookie } from "../shell/cookie";

/** `<wallet-filters><form>…`: remembers in this browser whether dust is hidden. */
const COOKIE = "tartan-dust";
const YEAR = 31_536_000;

class WalletFilters extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", () => {
      const hides = this.querySelector<HTMLInputElement>("input[name=dust]")?.checked ?? false;
      if (hides) setCookie(COOKIE, "hide", YEAR);
      else setCookie(COOKIE, "", 0);
    });
  }
}

customElements.define("wallet-filters", WalletFilters);
