/**
 * `<chosen-max data-from="from" data-field="quantity" data-says="Available: {amount} COOL">`: what can be had depends on what
 * is chosen in a `<select>`, whose options have `data-max`.
 */
class ChosenMax extends HTMLElement {
  connectedCallback(): void {
    const select = document.getElementById(this.dataset["from"] ?? "");
    if (!(select instanceof HTMLSelectElement)) return;
    const apply = (): void => {
      const most = select.selectedOptions[0]?.dataset["max"] ?? "0";
      const field = document.getElementById(this.dataset["field"] ?? "");
      if (field) field.dataset["max"] = most;
      const parts = this.querySelector<HTMLElement>("amount-parts");
      if (parts) parts.dataset["max"] = most;
      const hint = this.querySelector(".hint");
      if (hint) hint.textContent = (this.dataset["says"] ?? "").replace("{amount}", most);
    };
    select.addEventListener("change", apply);
    apply();
  }
}

customElements.define("chosen-max", ChosenMax);
