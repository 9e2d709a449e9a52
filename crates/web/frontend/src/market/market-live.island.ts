/**
 * `<market-live data-symbol="COOL">` around a market's page: asks for what changes (elements with `data-live`) whenever the
 * chain says that it has changed. Sends `market-changed` on `document` then.
 */
import { listen, onGap } from "../shell/live";
import { CHANGED, current } from "../signing/accounts";
import { takeOver } from "./live";

/** Changes come in bursts: an order, then what the index makes of it. */
const PAUSE = 250;
/** The longest time between two questions that nobody answers. */
const LONGEST = 16_000;

class MarketLive extends HTMLElement {
  #stops: (() => void)[] = [];
  #due: number | undefined;
  #account: (() => void) | undefined;
  #asking = false;
  #again = false;
  #pause = PAUSE;

  connectedCallback(): void {
    const soon = (): void => this.#soon();
    this.#stops.push(listen(`market:${this.dataset["symbol"] ?? ""}`, soon), onGap(soon));
    this.#follow();
    const changed = (): void => {
      this.#follow();
      this.#soon();
    };
    document.addEventListener(CHANGED, changed);
    this.addEventListener("t-done", soon);
    this.addEventListener("market-group", soon);
    this.#stops.push(() => document.removeEventListener(CHANGED, changed));
    const online = (): void => {
      this.#pause = PAUSE;
      this.#soon();
    };
    window.addEventListener("online", online);
    this.#stops.push(() => window.removeEventListener("online", online));
    this.addEventListener("click", (event) => this.#group(event));
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.#due);
    this.#account?.();
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Balances change by more than this market. */
  #follow(): void {
    this.#account?.();
    const name = current()?.name;
    this.#account = name === undefined ? undefined : listen(`account:${name}`, () => this.#soon());
  }

  #soon(): void {
    window.clearTimeout(this.#due);
    this.#due = window.setTimeout(() => void this.#ask(), this.#pause);
  }

  async #ask(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    try {
      const address = new URL(location.href);
      address.searchParams.set("part", "live");
      const response = await fetch(address, { credentials: "same-origin" });
      if (response.ok) {
        takeOver(await response.text());
        document.dispatchEvent(new CustomEvent("market-changed"));
      }
      this.#pause = PAUSE;
    } catch {
      // nobody answers: what changed meanwhile must not be missed
      this.#pause = Math.min(this.#pause * 2, LONGEST);
      this.#again = true;
    } finally {
      this.#asking = false;
      if (this.#again) {
        this.#again = false;
        this.#soon();
      }
    }
  }

  /** Another step of the book's prices, without leaving the page. */
  #group(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-step]") : null;
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const other of this.querySelectorAll("a[data-step]")) other.setAttribute("aria-current", String(other === link));
    history.replaceState(null, "", link.href);
    void this.#ask();
  }
}

customElements.define("market-live", MarketLive);
