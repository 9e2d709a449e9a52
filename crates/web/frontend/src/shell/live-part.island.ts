import { listen, onGap } from "./live";

/** How long to wait after a message, so that several of them are one reading. */
const PAUSE = 300;

/**
 * `<live-part id="…" data-topics="block,sync">…</live-part>`: a part of the page that the server renders anew when something
 * happens. Nothing moves under a pointer or a focus; what was missed meanwhile comes afterwards.
 */
class LivePart extends HTMLElement {
  #stops: (() => void)[] = [];
  #due: number | undefined;
  #reading = false;
  #missed = false;

  connectedCallback(): void {
    const refresh = () => this.#soon();
    for (const topic of (this.dataset["topics"] ?? "").split(",").filter(Boolean)) {
      this.#stops.push(listen(topic, refresh));
    }
    this.#stops.push(onGap(refresh));
    this.addEventListener("pointerleave", this.#free);
    this.addEventListener("focusout", this.#free);
  }

  disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    window.clearTimeout(this.#due);
    this.removeEventListener("pointerleave", this.#free);
    this.removeEventListener("focusout", this.#free);
  }

  readonly #free = (): void => {
    if (this.#missed) this.#soon();
  };

  #soon(): void {
    if (this.#due !== undefined) return;
    this.#due = window.setTimeout(() => {
      this.#due = undefined;
      void this.#refresh();
    }, PAUSE);
  }

  get #isBusy(): boolean {
    const selected = document.getSelection();
    return (
      this.matches(":hover") ||
      this.contains(document.activeElement) ||
      // what was signed in here is being followed
      this.querySelector("t-status[data-stage]") !== null ||
      (selected !== null && !selected.isCollapsed && this.contains(selected.anchorNode))
    );
  }

  async #refresh(): Promise<void> {
    this.#missed = this.#isBusy || this.#reading;
    if (this.#missed) return;
    this.#reading = true;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.getElementById(this.id);
      this.#missed = this.#isBusy;
      if (part !== null && !this.#missed) this.replaceChildren(...part.childNodes);
    } catch {
      // the connection is lost; the next message comes with the next one
    } finally {
      this.#reading = false;
    }
  }
}

customElements.define("live-part", LivePart);
