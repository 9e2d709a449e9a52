/**
 * `<call-form data-id="ssc-…"><t-action call="contract.action" …><form>…`: a call of any action, signed by `<t-action>`.
 * This adds to it what stands in `textarea[data-more]` as JSON, and copies what would be signed (`button[data-copy]`).
 */
import { text } from "../shell/text";
import { checkFields } from "../signing/checks";
import { type Authority, type Call, current, customJson } from "../signing/index";
import { readPayload } from "../signing/payload";

class CallForm extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("t-calls", (event) => {
      const { calls } = (event as CustomEvent<{ calls: Call[] }>).detail;
      for (const call of calls) Object.assign(call.payload, this.#more());
    });
    const copy = this.querySelector<HTMLButtonElement>("button[data-copy]");
    if (!copy) return;
    copy.hidden = false;
    copy.addEventListener("click", () => void this.#copy());
  }

  /** The fields that are typed as JSON; an object, as the check at the field makes sure of. */
  #more(): Record<string, unknown> {
    const typed = this.querySelector<HTMLTextAreaElement>("textarea[data-more]")?.value.trim() ?? "";
    return typed === "" ? {} : (JSON.parse(typed) as Record<string, unknown>);
  }

  async #copy(): Promise<void> {
    const [action, form] = [this.querySelector("t-action"), this.querySelector("form")];
    const said = this.querySelector<HTMLElement>("[data-said]");
    if (!action || !form || !said) return;
    const account = current()?.name ?? "";
    said.textContent = "";
    if (!(await checkFields(form, account))) return;
    const [contract = "", name = ""] = (action.getAttribute("call") ?? "").split(".");
    const payload = { ...readPayload(form), ...this.#more() };
    const authority: Authority = action.getAttribute("authority") === "posting" ? "posting" : "active";
    const operation = customJson(account, this.dataset["id"] ?? "", [{ contract, action: name, payload }], authority);
    try {
      await navigator.clipboard.writeText(JSON.stringify(operation));
      said.textContent = text("call-js-copied");
    } catch {
      said.textContent = text("call-js-refused");
    }
  }
}

customElements.define("call-form", CallForm);
