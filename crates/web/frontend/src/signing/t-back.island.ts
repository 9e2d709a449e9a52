/** `<t-back><a href="/">Back</a></t-back>`: the link leads to where somebody was before another site signed for them. */
import { wayBack } from "./way-back";

class BackElement extends HTMLElement {
  connectedCallback(): void {
    const [link, path] = [this.querySelector("a"), wayBack()];
    if (link && path) link.href = path;
  }
}

customElements.define("t-back", BackElement);
