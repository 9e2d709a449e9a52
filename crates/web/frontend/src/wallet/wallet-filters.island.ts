/** `<wallet-filters><form>…`: remembers in this browser whether dust is hidden. */
const COOKIE = "tartan-dust";

class WalletFilters extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", () => {
      const hides = this.querySelector<HTMLInputElement>("input[name=dust]")?.checked ?? false;
      const secure = location.protocol === "https:" ? "; Secure" : "";
      const [value, age] = hides ? ["hide", 31_536_000] : ["", 0];
      document.cookie = `${COOKIE}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
    });
  }
}

customElements.define("wallet-filters", WalletFilters);

export {};
