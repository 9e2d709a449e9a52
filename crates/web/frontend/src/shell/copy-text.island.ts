/** `<copy-text data-text="…"><button …>Copy</button></copy-text>`: copies the text; says so for a moment. */
class CopyText extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (button === null) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      void navigator.clipboard.writeText(this.dataset["text"] ?? "").then(() => {
        const before = button.textContent;
        button.textContent = button.dataset["done"] ?? "✓";
        window.setTimeout(() => {
          button.textContent = before;
        }, 1_500);
      });
    });
  }
}

customElements.define("copy-text", CopyText);
