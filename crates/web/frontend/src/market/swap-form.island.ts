/**
 * `<swap-form>`: asks for a new quote whenever what is asked changes, and with each block. What the user wrote as the bound
 * stays.
 */
import { listen } from "../shell/live";
import { parse, show } from "./decimal";

const PAUSE = 300;

class SwapForm extends HTMLElement {
  #due: number | undefined;
  #run = 0;
  #own: { name: string; value: string } | undefined;
  #stop: (() => void) | undefined;

  connectedCallback(): void {
    const form = this.querySelector<HTMLFormElement>("form[data-ask]");
    if (form === null) return;
    form.addEventListener("input", () => {
      this.#own = undefined;
      this.#soon();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#soon(0);
    });
    this.querySelector("[data-flip]")?.addEventListener("click", (event) => {
      event.preventDefault();
      const [from, to] = [this.#field("from"), this.#field("to")];
      [from.value, to.value] = [to.value, from.value];
      this.#own = undefined;
      this.#soon(0);
    });
    this.addEventListener("input", (event) => {
      const field = event.target as HTMLInputElement;
      if (field.dataset["bound"] !== undefined) this.#own = { name: field.name, value: field.value };
    });
    // quotes come by themselves
    const byHand = this.querySelector<HTMLElement>("[data-by-hand]");
    if (byHand !== null) byHand.hidden = true;
    this.addEventListener("click", (event) => this.#choose(event));
    this.#offer();
    this.addEventListener("t-done", () => this.#soon());
    this.#stop = listen("block", () => this.#soon());
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.#due);
    this.#stop?.();
  }

  #field(name: string): HTMLInputElement {
    const field = this.querySelector<HTMLInputElement>(`form[data-ask] [name=${name}]`);
    if (field === null) throw new Error(`the form has no field ${name}`);
    return field;
  }

  /** What there is of the token to pay. */
  #purse(): { balance: bigint; precision: number } | undefined {
    const place = this.querySelector<HTMLElement>("[data-purse]");
    const precision = Number(place?.dataset["precision"] ?? "");
    const balance = place === null ? undefined : parse(place.dataset["purse"] ?? "", precision);
    return balance === undefined ? undefined : { balance, precision };
  }

  /** Offers parts of what there is, where what is paid is given, and the usual limits. */
  #offer(): void {
    const parts = this.querySelector<HTMLElement>(".parts");
    if (parts !== null) parts.hidden = this.#purse() === undefined || this.#field("exact").value === "out";
    const slippages = this.querySelector<HTMLElement>("[data-slippages]");
    if (slippages !== null) slippages.hidden = false;
    for (const button of this.querySelectorAll<HTMLElement>("[data-slippage]"))
      button.setAttribute("aria-pressed", String(button.dataset["slippage"] === this.#field("slippage").value));
  }

  #choose(event: MouseEvent): void {
    const { part, slippage } = event.target instanceof HTMLElement ? event.target.dataset : {};
    const purse = this.#purse();
    if (part !== undefined && purse !== undefined)
      this.#field("amount").value = show((purse.balance * BigInt(part)) / 100n, purse.precision);
    else if (slippage !== undefined) this.#field("slippage").value = slippage;
    else return;
    this.#own = undefined;
    this.#soon(0);
  }

  #soon(pause = PAUSE): void {
    this.#offer();
    window.clearTimeout(this.#due);
    this.#due = window.setTimeout(() => void this.#ask(), pause);
  }

  async #ask(): Promise<void> {
    const run = ++this.#run;
    const asked = new URLSearchParams();
    for (const name of ["from", "to", "amount", "exact", "slippage"]) asked.set(name, this.#field(name).value);
    const shown = `/swap?${asked.toString()}`;
    asked.set("part", "quote");
    const response = await fetch(`/swap?${asked.toString()}`, { credentials: "same-origin" }).catch(() => undefined);
    // what is being decided about does not change, and old answers are of no use
    if (!response?.ok || run !== this.#run || document.querySelector("dialog[open]") !== null) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("swap-quote");
    const place = this.querySelector("#swap-quote");
    if (fresh === null || place === null || fresh.innerHTML === place.innerHTML) return;
    const sure = place.querySelector<HTMLInputElement>("[name=sure]")?.checked ?? false;
    const focused = document.activeElement;
    const held = focused !== null && place.contains(focused) ? focused.id || focused.getAttribute("name") : undefined;
    place.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    history.replaceState(null, "", shown);
    this.#offer();
    const bound = place.querySelector<HTMLInputElement>("[data-bound]");
    if (bound && this.#own?.name === bound.name) bound.value = this.#own.value;
    const box = place.querySelector<HTMLInputElement>("[name=sure]");
    if (box) box.checked = sure;
    if (held) place.querySelector<HTMLElement>(`#${held}, [name=${held}]`)?.focus();
    else if (focused !== null && !focused.isConnected) place.querySelector<HTMLElement>("button[type=submit]")?.focus();
  }
}

customElements.define("swap-form", SwapForm);
