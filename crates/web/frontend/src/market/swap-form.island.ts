/**
 * `<swap-form>`: asks for a new quote whenever what is asked changes, and with each block. What the user wrote as the bound
 * stays.
 */
import { listen } from "../shell/live";

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

  #soon(pause = PAUSE): void {
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
    const bound = place.querySelector<HTMLInputElement>("[data-bound]");
    if (bound && this.#own?.name === bound.name) bound.value = this.#own.value;
    const box = place.querySelector<HTMLInputElement>("[name=sure]");
    if (box) box.checked = sure;
    if (held) place.querySelector<HTMLElement>(`#${held}, [name=${held}]`)?.focus();
    else if (focused !== null && !focused.isConnected) place.querySelector<HTMLElement>("button[type=submit]")?.focus();
  }
}

customElements.define("swap-form", SwapForm);
