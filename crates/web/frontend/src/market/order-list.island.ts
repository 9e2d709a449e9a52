/**
 * `<order-list>` around a `<t-action>` with a table of open orders: cancels one (`data-cancel="buy <id>"`), those that are
 * ticked (`selected`), or all that are listed (`all`): with one signature.
 */
import { reference } from "../signing/api";
import { type Call, customJson, type Operation } from "../signing/index";

/** Cancels in one operation, whose JSON is at most 8192 bytes. */
const AT_ONCE = 40;

class OrderList extends HTMLElement {
  #what = "";
  #asked = false;

  connectedCallback(): void {
    void this.#learn();
    this.addEventListener("change", () => this.#offer());
    new MutationObserver(() => {
      void this.#learn();
      this.#offer();
    }).observe(this, { childList: true, subtree: true });
    // before the form is submitted
    this.addEventListener(
      "click",
      (event) => {
        const button = event.target instanceof Element ? event.target.closest("[data-cancel]") : null;
        if (button === null) return;
        this.#what = button.getAttribute("data-cancel") ?? "";
      },
      true,
    );
    this.addEventListener("t-calls", (event) => this.#fill(event as CustomEvent<Detail>));
  }

  /** Asks what operations must be called before anybody can press: what is signed is put together at once then. */
  async #learn(): Promise<void> {
    if (this.#asked || this.#boxes().length <= AT_ONCE) return;
    this.#asked = true;
    const known = await reference().catch(() => undefined);
    this.#id = known?.customJsonId ?? "";
    this.#asked = this.#id !== "";
  }

  #boxes(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("input[data-order]")];
  }

  #offer(): void {
    const button = this.querySelector<HTMLButtonElement>("[data-cancel=selected]");
    const some = this.#boxes().some((box) => box.checked);
    if (button !== null && button.hidden === some) button.hidden = !some;
  }

  #fill(event: CustomEvent<Detail>): void {
    const boxes = this.#boxes();
    let orders: string[] = [this.#what];
    if (this.#what === "all") orders = boxes.map((box) => box.dataset["order"] ?? "");
    if (this.#what === "selected") orders = boxes.filter((box) => box.checked).map((box) => box.dataset["order"] ?? "");
    const calls = orders
      .map((order) => order.split(" "))
      .filter((parts) => parts.length === 2)
      .map(([type, id]): Call => ({ contract: "market", action: "cancel", payload: { type, id } }));
    if (calls.length === 0) {
      event.preventDefault();
      return;
    }
    if (calls.length <= AT_ONCE || this.#id === "") {
      // the others stay listed
      event.detail.calls.push(...calls.slice(0, AT_ONCE));
      return;
    }
    for (let from = 0; from < calls.length; from += AT_ONCE) {
      const part = calls.slice(from, from + AT_ONCE);
      event.detail.operations.push(customJson(event.detail.account, this.#id, part, "active"));
    }
  }

  /** The id of the sidechain's operations; empty until it is known. */
  #id = "";
}

interface Detail {
  calls: Call[];
  operations: Operation[];
  account: string;
}

customElements.define("order-list", OrderList);
