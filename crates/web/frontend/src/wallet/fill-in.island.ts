/** `<fill-in data-for="to"><button value="bob">@bob</button>…`: a press fills its value into a field. */
class FillIn extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button") : null;
      const field = document.getElementById(this.dataset["for"] ?? "");
      if (!button || !(field instanceof HTMLInputElement)) return;
      field.value = button.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
}

customElements.define("fill-in", FillIn);
