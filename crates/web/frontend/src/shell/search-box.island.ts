import { suggest } from "../explorer/suggest";

/** The search box: `/` from anywhere goes there; it suggests while one types, and lets no private key out. */
class SearchBox extends HTMLElement {
  readonly #jump = (event: KeyboardEvent): void => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    const input = this.querySelector("input");
    if (input === null || input.offsetParent === null) return;
    event.preventDefault();
    input.focus();
    input.select();
  };

  connectedCallback(): void {
    document.addEventListener("keydown", this.#jump);
    const [form, input] = [this.querySelector("form"), this.querySelector("input")];
    if (form !== null && input !== null) suggest(form, input);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#jump);
  }
}

customElements.define("search-box", SearchBox);
