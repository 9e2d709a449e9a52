/**
 * `<live-preview data-parts="id other-id"><form method="get">…`: while the form is being filled in, shows these parts of
 * the page as the server would render them for what is typed. The form itself stays as it is. With `data-keep` the address
 * of the page follows what is typed, so that nothing is lost when it is loaded anew.
 */
import { checkFields, holdsSecret } from "../signing/checks";

const PAUSE = 300;

class LivePreview extends HTMLElement {
  #timer = 0;
  #asked = 0;

  connectedCallback(): void {
    this.addEventListener("submit", (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || !this.#holdsSecret(form)) return;
      event.preventDefault();
      void checkFields(form, "");
    });
    this.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#refresh(), PAUSE);
    });
    // whoever was faster than this script, or comes back to what the browser kept, has typed already
    if (this.#isFilledIn()) void this.#refresh();
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  /** Whether a field says something else than the server wrote. */
  #isFilledIn(): boolean {
    const fields = this.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input:not([type=hidden]), textarea");
    return [...fields].some((field) =>
      field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)
        ? field.checked !== field.defaultChecked
        : field.value !== field.defaultValue,
    );
  }

  /** Whether somebody has put a private key into a field: it must not get into an address, nor to a server. */
  #holdsSecret(form: HTMLFormElement): boolean {
    const fields = form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
    return [...fields].some((field) => holdsSecret(field.value));
  }

  async #refresh(): Promise<void> {
    const form = this.querySelector("form");
    if (!form) return;
    if (this.#holdsSecret(form)) {
      await checkFields(form, "");
      return;
    }
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") query.append(name, value);
    const step = this.querySelector("[aria-current=step]")?.getAttribute("value");
    if (step) query.set("step", step);
    const address = `${form.getAttribute("action") ?? ""}?${query}`;
    if (this.dataset["keep"] !== undefined) history.replaceState(history.state, "", address);
    const parts = (this.dataset["parts"] ?? "").split(" ").filter((id) => document.getElementById(id));
    if (parts.length === 0) return;
    this.#asked += 1;
    const asked = this.#asked;
    const response = await fetch(address, { credentials: "same-origin", headers: { accept: "text/html" } }).catch(() => undefined);
    if (!response?.ok || asked !== this.#asked) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const id of parts) {
      const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (old && now) old.replaceChildren(...document.importNode(now, true).childNodes);
    }
  }
}

customElements.define("live-preview", LivePreview);
