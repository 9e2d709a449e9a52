/**
 * `<launch-calls data-calls="[…]"><t-action><form>…`: has several calls signed at once, which the server put together. A
 * receiver that is left empty is whoever signs. What stands in `[data-next]` is shown when all is done, what stands in
 * `[data-failed]` when a part of it failed.
 */
import type { Call } from "../signing/index";

class LaunchCalls extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("t-calls", (event) => {
      const { calls, account } = (event as CustomEvent<{ calls: Call[]; account: string }>).detail;
      for (const call of JSON.parse(this.dataset["calls"] ?? "[]") as Call[]) {
        if (call.payload["to"] === "") call.payload["to"] = account;
        calls.push(call);
      }
    });
    this.addEventListener("t-done", () => this.#ended("next"));
    this.addEventListener("t-failed", () => this.#ended("failed"));
  }

  #ended(part: "next" | "failed"): void {
    for (const name of ["next", "failed"]) {
      const shown = this.querySelector<HTMLElement>(`[data-${name}]`);
      if (shown) shown.hidden = name !== part;
    }
    // signed twice would be paid twice
    const button = this.querySelector<HTMLButtonElement>("button[type=submit]");
    if (button) button.disabled = true;
  }
}

customElements.define("launch-calls", LaunchCalls);
