/**
 * `<live-preview data-parts="id other-id"><form method="get">…`: while the form is being filled in, shows these parts of
 * the page as the server would render them for what is typed. The form itself stays as it is.
 */
const PAUSE = 300;

class LivePreview extends HTMLElement {
  #timer = 0;
  #asked = 0;

  connectedCallback(): void {
    this.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#refresh(), PAUSE);
    });
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  async #refresh(): Promise<void> {
    const form = this.querySelector("form");
    const parts = (this.dataset["parts"] ?? "").split(" ").filter((id) => document.getElementById(id));
    if (!form || parts.length === 0) return;
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") query.append(name, value);
    const step = this.querySelector("[aria-current=step]")?.getAttribute("value");
    if (step) query.set("step", step);
    this.#asked += 1;
    const asked = this.#asked;
    const address = `${form.getAttribute("action") ?? ""}?${query}`;
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
