/**
 * `<t-action call="tokens.transfer" authority="active">` around a form that the server rendered: its fields are the
 * payload of the call. Submitting it shows what will be signed, signs, sends, and shows what became of it.
 *
 * ```html
 * <t-action call="tokens.transfer" authority="active" done="reload">
 *   <form>
 *     <input type="hidden" name="symbol" value="COOL">
 *     <input name="to" required data-check="account">
 *     <input name="quantity" required inputmode="decimal" data-precision="3" data-max="12.500">
 *     <input name="memo" data-check="memo">
 *     <button type="submit">Send</button>
 *     <t-status></t-status>
 *   </form>
 * </t-action>
 * ```
 *
 * The element: `call` is `contract.action`, or `main.transfer` for a transfer on the main chain (fields `to`, `quantity`,
 * `symbol`, `memo`), `main.vote` a vote on the main chain (fields `author`, `permlink`, `weight`); `authority` is `active` or `posting`; `account` names the only account that may do this; `done` is
 * `reload`, `keep` (what was typed) or an address to go to when the contract has accepted it; otherwise the form is
 * emptied. Parts of the page with an id and `data-refresh` are shown anew then.
 *
 * Fields: an empty one is left out, unless it has `data-keep`. A dot in a name makes an inner object
 * (`config.rewardPerInterval`), `[]` behind it a list of all fields of that name. `data-type` is `text` (as typed),
 * `number`, `boolean` (as every checkbox), `json`, or `list` (separated by commas, spaces or lines). `data-local` keeps a
 * field out of the payload.
 *
 * Checks before signing, with the message at the field: `data-check="account"` (exists on the main chain),
 * `data-check="memo"` (holds no private key), `data-check="object"` (a JSON object), `data-not-self`, `data-precision`, `data-max` and `data-min`,
 * `data-equals` (must be typed as it says). Contracts check everything again.
 *
 * What is typed and not done yet is there again when the page is loaded anew, or come back to from another site.
 *
 * Scripts can change what is signed: the element sends `t-calls` with `{calls, operations}` as detail, whose lists the
 * listener may edit; `preventDefault()` stops it. `t-done` and `t-failed` come from the `t-status` inside.
 */
import type { StatusElement } from "./t-status.island";
import { checkFields } from "./checks";
import { forgetDraft, keepDraft, restoreDraft } from "./drafts";
import { readPayload } from "./payload";
import { actingMember, type Authority, type Call, customJson, type Operation, sign } from "./index";
import { reference } from "./api";
import { refreshParts } from "./refresh";
import { SignError } from "./types";

class ActionElement extends HTMLElement {
  #busy = false;

  /** The transaction that is under way. */
  #sent: string | undefined;
  readonly #leave = (): void => keepDraft(this, this.#sent);

  connectedCallback(): void {
    const sent = restoreDraft(this);
    if (sent) void this.#follow(sent);
    window.addEventListener("pagehide", this.#leave);
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit(event.target as HTMLFormElement, event.submitter);
    });
    this.addEventListener("t-done", () => this.#done());
    this.addEventListener("t-failed", () => {
      this.#sent = undefined;
    });
  }

  disconnectedCallback(): void {
    window.removeEventListener("pagehide", this.#leave);
  }

  get #authority(): Authority {
    return this.getAttribute("authority") === "posting" ? "posting" : "active";
  }

  async #status(form: HTMLFormElement): Promise<StatusElement> {
    await import("./t-status.island");
    const known = this.querySelector("t-status");
    if (known) return known;
    const made = document.createElement("t-status");
    form.append(made);
    return made;
  }

  async #submit(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const status = await this.#status(form);
    try {
      const member = await actingMember();
      if (!member) return;
      const only = this.getAttribute("account");
      if (only && only !== member.name) throw new SignError("other-account", { account: only });
      if (!(await checkFields(form, member.name))) return;
      const operations = await this.#operations(form, submitter, member.name);
      if (operations.length === 0) return;
      await status.waitForSignature();
      const outcome = await sign(member.name, operations, { authority: this.#authority });
      if (outcome.kind === "sent") {
        this.#sent = outcome.id;
        void status.track(outcome.id);
        status.scrollIntoView({ block: "nearest" });
      } else if (outcome.kind === "refused") throw outcome.error;
      else status.clear();
    } catch (error) {
      await status.refuse(error);
    } finally {
      this.#busy = false;
    }
  }

  /** What is going to be signed: the form's call, and what listeners make of it. */
  async #operations(form: HTMLFormElement, submitter: HTMLElement | null, account: string): Promise<Operation[]> {
    const call = submitter?.getAttribute("data-call") ?? this.getAttribute("call") ?? "";
    const [contract = "", action = ""] = call.split(".");
    const payload = readPayload(form, submitter);
    const calls: Call[] = [];
    const operations: Operation[] = [];
    if (call === "main.transfer") operations.push(transfer(account, payload));
    else if (call === "main.vote") operations.push(vote(account, payload));
    else if (call) calls.push({ contract, action, payload });
    const event = new CustomEvent("t-calls", {
      bubbles: true,
      cancelable: true,
      detail: { calls, operations, account },
    });
    if (!this.dispatchEvent(event)) return [];
    if (calls.length > 0) {
      const { customJsonId } = await reference();
      operations.push(customJson(account, customJsonId, calls, this.#authority));
    }
    return operations;
  }

  /** Goes on following what was sent before the page was loaded anew. */
  async #follow(id: string): Promise<void> {
    this.#sent = id;
    const form = this.querySelector("form");
    if (form) void (await this.#status(form)).track(id);
  }

  #done(): void {
    this.#sent = undefined;
    window.removeEventListener("pagehide", this.#leave);
    forgetDraft(this);
    const next = this.getAttribute("done") ?? "";
    if (next === "reload") location.reload();
    else if (next.startsWith("/")) location.assign(next);
    else {
      window.addEventListener("pagehide", this.#leave);
      if (next !== "keep") this.querySelector("form")?.reset();
      void refreshParts();
    }
  }
}

/** A transfer on the main chain; its coins have three decimals. */
function transfer(from: string, payload: Record<string, unknown>): Operation {
  const [whole = "0", fraction = ""] = String(payload["quantity"] ?? "").split(".");
  const amount = `${whole || "0"}.${fraction.padEnd(3, "0")} ${String(payload["symbol"] ?? "")}`;
  const memo = String(payload["memo"] ?? "");
  return ["transfer", { from, to: String(payload["to"] ?? ""), amount, memo }];
}

/** A vote on the main chain, which the sidechain reads: its weight is -10000 to 10000. */
function vote(voter: string, payload: Record<string, unknown>): Operation {
  const [author, permlink] = [String(payload["author"] ?? ""), String(payload["permlink"] ?? "")];
  return ["vote", { voter, author, permlink, weight: Number(payload["weight"] ?? 0) }];
}

customElements.define("t-action", ActionElement);
