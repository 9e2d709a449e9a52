/** The search box: `/` from anywhere goes there. */
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
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#jump);
  }
}

customElements.define("search-box", SearchBox);
