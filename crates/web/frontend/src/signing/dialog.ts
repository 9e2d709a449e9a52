// The dialog that says what is going to be signed, and lets it be signed. Loaded when something is.

import { receiversMissingMemo } from "./cautions";
import { keyField } from "./key-field";
import { freshId, h, openDialog } from "./elements";
import { keychain } from "./methods/keychain";
import { checkKey, demo, keyMethod } from "./methods/key";
import { redirect } from "./methods/redirect";
import { problemText } from "./problems";
import type { Texts } from "./texts";
import { type Member, type Method, type Outcome, type Request, SignError } from "./types";
import { keepKey, keptKey } from "./vault";
import { type Statement, statements } from "./words";

/** Shows what a request does; signs and sends it when the member says so. */
export async function confirmAndSign(member: Member, request: Request, texts: Texts): Promise<Outcome> {
  const said = request.operations.flatMap((operation) => statements(operation, texts));
  const needsKey =
    member.method === "key" && !(request.authority === "posting" && (await keptKey(request.account)) !== undefined);
  const dialog = new ConfirmDialog(member, { ...request, words: said.map(({ sentence }) => sentence) }, texts);
  return dialog.run(said, needsKey, await receiversMissingMemo(request.operations));
}

class ConfirmDialog {
  readonly #texts: Texts;
  readonly #member: Member;
  readonly #request: Request;
  readonly #dialog: HTMLDialogElement;
  readonly #problem = h("p", { class: "sign-problem", role: "alert" });
  readonly #waiting = h("p", { class: "sign-waiting", role: "status" });
  readonly #sign: HTMLButtonElement;
  #key: HTMLInputElement | undefined;
  /** Must be ticked before something is sent that may be lost. */
  #allTheSame: HTMLInputElement | undefined;
  #outcome: Outcome = { kind: "cancelled" };
  #busy = false;

  constructor(member: Member, request: Request, texts: Texts) {
    this.#member = member;
    this.#request = request;
    this.#texts = texts;
    this.#dialog = h("dialog", { class: "dialog sign-dialog" });
    this.#sign = h("button", { type: "submit" }, texts.say("do"));
  }

  async run(said: Statement[], needsKey: boolean, missingMemo: string[]): Promise<Outcome> {
    const texts = this.#texts;
    const title = freshId("sign-title");
    const cancel = h("button", { class: "quiet", type: "button" }, texts.say("cancel"));
    cancel.addEventListener("click", () => this.#dialog.close());
    const form = h(
      "form",
      { method: "dialog", novalidate: true },
      h("h2", { id: title }, texts.say("title", { account: this.#request.account })),
      statementList(said),
      missingMemo.length > 0 && this.#memoPart(missingMemo),
      rawJson(this.#request, texts),
      h("p", { class: "sign-how" }, texts.say(`how-${this.#member.method}-${this.#request.authority}`)),
      needsKey && this.#keyPart(),
      this.#problem,
      this.#waiting,
      h("div", { class: "dialog-actions" }, cancel, this.#sign),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#dialog.setAttribute("aria-labelledby", title);
    this.#dialog.append(form);
    this.#dialog.addEventListener("cancel", (event) => {
      // what was handed to a wallet or sent cannot be taken back by a key press
      if (this.#busy) event.preventDefault();
    });
    const closed = openDialog(this.#dialog);
    (this.#allTheSame ?? this.#key ?? this.#sign).focus();
    await closed;
    return this.#outcome;
  }

  /** Asks whether it should be sent without a memo to those who need one. */
  #memoPart(receivers: string[]): HTMLElement {
    const texts = this.#texts;
    const accounts = receivers.map((receiver) => `@${receiver}`).join(", ");
    const words = h("p", { id: freshId("sign-caution") }, texts.say("memo-missing", { accounts }));
    this.#allTheSame = h("input", { type: "checkbox", "aria-describedby": words.id });
    const label = h("label", { class: "check" }, this.#allTheSame, ` ${texts.say("memo-missing-send")}`);
    return h("div", { class: "notice warning" }, words, label);
  }

  #keyPart(): HTMLElement {
    const { element, input } = keyField(this.#request.authority, this.#request.account, this.#texts);
    this.#key = input;
    return element;
  }

  async #submit(): Promise<void> {
    if (this.#busy) return;
    this.#problem.textContent = "";
    if (this.#allTheSame && !this.#allTheSame.checked) {
      this.#problem.textContent = this.#texts.say("memo-missing-unanswered");
      this.#allTheSame.focus();
      return;
    }
    this.#setBusy(true);
    try {
      const outcome = await (await this.#method()).sign(this.#request);
      if (outcome.kind === "cancelled") return;
      this.#outcome = outcome;
      this.#dialog.close();
    } catch (error) {
      this.#problem.textContent = problemText(error, this.#texts);
      this.#problem.scrollIntoView({ block: "nearest" });
      this.#key?.focus();
    } finally {
      this.#setBusy(false);
    }
  }

  async #method(): Promise<Method> {
    switch (this.#member.method) {
      case "keychain":
        return keychain;
      case "redirect":
        return redirect;
      case "demo":
        return demo;
      case "key":
        return keyMethod(async ({ account, authority }) => this.#typedKey(account, authority));
    }
  }

  /** The key that was typed, once it is known to be the right one. A posting key is kept for the tab. */
  async #typedKey(account: string, authority: Request["authority"]): Promise<string> {
    const wif = this.#key?.value.trim() ?? "";
    if (!wif) throw new SignError("key-none", { account });
    await checkKey(account, wif, authority);
    if (authority === "posting") await keepKey(account, wif);
    if (this.#key) this.#key.value = "";
    return wif;
  }

  #setBusy(busy: boolean): void {
    this.#busy = busy;
    this.#sign.disabled = busy;
    this.#sign.setAttribute("aria-busy", String(busy));
    this.#waiting.textContent = busy ? this.#texts.say(`waiting-${this.#member.method}`) : "";
  }
}

function statementList(said: Statement[]): HTMLElement {
  const list = h("ol", { class: said.length > 1 ? "sign-statements" : "sign-statements sign-statements-one" });
  for (const { sentence, details } of said) {
    const item = h("li", {}, h("p", { class: "sign-sentence" }, sentence));
    if (details.length > 0) {
      const pairs = details.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
      item.append(h("dl", { class: "sign-details" }, ...pairs));
    }
    list.append(item);
  }
  return list;
}

/** What is signed to the letter, for those who want to see it. */
function rawJson(request: Request, texts: Texts): HTMLElement {
  const code = h("code", {}, JSON.stringify(request.operations.map(readable), null, 2));
  return h("details", { class: "sign-raw" }, h("summary", {}, texts.say("raw")), h("pre", { tabindex: "0" }, code));
}

/** An operation with the JSON inside it unfolded. */
function readable(operation: Request["operations"][number]): unknown {
  if (operation[0] !== "custom_json") return operation;
  try {
    return ["custom_json", { ...operation[1], json: JSON.parse(operation[1].json) as unknown }];
  } catch {
    return operation;
  }
}
