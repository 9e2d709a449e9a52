import { ago, language } from "./time";

/** `<live-time><time datetime="…Z">2026-01-01 12:00:00</time></live-time>`: how long ago, kept true; the time in a tooltip. */
const all = new Set<LiveTime>();
let timer: number | undefined;

class LiveTime extends HTMLElement {
  #time: HTMLTimeElement | null = null;

  connectedCallback(): void {
    this.#time = this.querySelector("time");
    if (this.#time === null) return;
    const at = new Date(this.#time.dateTime);
    const local = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(at);
    this.#time.title = `${this.#time.dateTime.replace("T", " ").replace("Z", "")} UTC · ${local}`;
    this.refresh();
    all.add(this);
    timer ??= window.setInterval(() => {
      for (const one of all) one.refresh();
    }, 5_000);
  }

  disconnectedCallback(): void {
    all.delete(this);
  }

  refresh(): void {
    if (this.#time === null) return;
    const text = ago(new Date(this.#time.dateTime));
    if (this.#time.textContent !== text) this.#time.textContent = text;
  }
}

customElements.define("live-time", LiveTime);
