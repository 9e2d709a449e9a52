// The dialog in which members choose an account and how it signs. Loaded when somebody logs in.

import { ACCOUNT_NAME, logIn } from "./accounts";
import { accountKeys, demoAccounts, reference } from "./api";
import { freshId, h, openDialog } from "./elements";
import { keyField } from "./key-field";
import { findKeychain, provePosting } from "./methods/keychain";
import { checkKey } from "./methods/key";
import { SITES } from "./methods/redirect";
import { problemText } from "./problems";
import { loadTexts, type Texts } from "./texts";
import { type Member, type MethodId, type Reference, SignError } from "./types";
import { keepKey } from "./vault";

/** Lets somebody log in; `undefined` if they change their mind. */
export async function askForMember(): Promise<Member | undefined> {
  const [texts, at, demo] = await Promise.all([loadTexts(), reference(), demoAccounts().catch(() => [])]);
  return new LoginDialog(texts, at, demo).run();
}

class LoginDialog {
  readonly #texts: Texts;
  readonly #at: Reference;
  readonly #demo: string[];
  readonly #dialog = h("dialog", { class: "dialog login-dialog" });
  readonly #problem = h("p", { class: "sign-problem", role: "alert" });
  readonly #waiting = h("p", { class: "sign-waiting", role: "status" });
  readonly #name: HTMLInputElement;
  readonly #key: { element: HTMLElement; input: HTMLInputElement };
  readonly #submitButton: HTMLButtonElement;
  #method: MethodId = "keychain";
  #member: Member | undefined;

  constructor(texts: Texts, at: Reference, demo: string[]) {
    this.#texts = texts;
    this.#at = at;
    this.#demo = demo;
    this.#name = h("input", {
      id: freshId("login-name"),
      name: "username",
      autocomplete: "username",
      autocapitalize: "off",
      spellcheck: "false",
      maxlength: "16",
    });
    this.#key = keyField("posting", "", texts);
    this.#submitButton = h("button", { type: "submit" }, texts.say("login-do"));
  }

  async run(): Promise<Member | undefined> {
    const texts = this.#texts;
    const title = freshId("login-title");
    const cancel = h("button", { class: "quiet", type: "button" }, texts.say("cancel"));
    cancel.addEventListener("click", () => this.#dialog.close());
    const form = h(
      "form",
      { method: "dialog", novalidate: true },
      h("h2", { id: title }, texts.say("login-title")),
      this.#demo.length > 0 && this.#demoPart(),
      h(
        "div",
        { class: "field" },
        h("label", { for: this.#name.id }, texts.say("login-name")),
        this.#name,
        h("p", { class: "hint" }, texts.say(`login-name-hint-${this.#at.flavor}`)),
      ),
      this.#methodPart(),
      this.#key.element,
      this.#problem,
      this.#waiting,
      h("div", { class: "dialog-actions" }, cancel, this.#submitButton),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#dialog.setAttribute("aria-labelledby", title);
    this.#dialog.append(form);
    const closed = openDialog(this.#dialog);
    const first = this.#dialog.querySelector<HTMLElement>(".login-demo button");
    (first ?? this.#name).focus();
    await closed;
    return this.#member;
  }

  /** Members of a demo: one press is enough. */
  #demoPart(): HTMLElement {
    const buttons = this.#demo.map((name) => {
      const button = h("button", { class: "quiet", type: "button" }, `@${name}`);
      button.addEventListener("click", () => this.#accept({ name, method: "demo" }));
      return button;
    });
    return h(
      "fieldset",
      { class: "login-demo" },
      h("legend", {}, this.#texts.say("login-demo")),
      h("p", { class: "hint" }, this.#texts.say("login-demo-hint")),
      h("div", { class: "login-demo-list" }, ...buttons),
    );
  }

  #methodPart(): HTMLElement {
    const texts = this.#texts;
    const site = SITES[this.#at.flavor].name;
    const extension = this.#at.flavor === "hive" ? "Hive Keychain" : "Steem Keychain";
    const found = h("span", { class: "hint", role: "status" }, texts.say("login-keychain-looking"));
    const choices = [
      this.#choice("keychain", extension, texts.say("login-keychain-hint"), found),
      // the other site knows the public chain only
      !this.#at.development && this.#choice("redirect", site, texts.say("login-redirect-hint", { site })),
      this.#choice("key", texts.say("login-key"), texts.say("login-key-hint")),
    ];
    void findKeychain(this.#at.flavor).then((keychain) => {
      found.textContent = texts.say(keychain ? "login-keychain-found" : "login-keychain-missing");
      if (!keychain && this.#method === "keychain") this.#choose("key");
    });
    this.#choose("keychain");
    return h("fieldset", { class: "login-methods" }, h("legend", {}, texts.say("login-method")), ...choices);
  }

  #choice(method: MethodId, label: string, hint: string, more?: HTMLElement): HTMLElement {
    const input = h("input", { type: "radio", name: "method", value: method });
    input.addEventListener("change", () => this.#choose(method));
    return h(
      "label",
      { class: "login-choice" },
      input,
      h("span", {}, h("strong", {}, label), " ", h("span", { class: "hint" }, hint), " ", more),
    );
  }

  #choose(method: MethodId): void {
    this.#method = method;
    this.#key.element.hidden = method !== "key";
    queueMicrotask(() => {
      for (const input of this.#dialog.querySelectorAll<HTMLInputElement>("input[name=method]")) {
        input.checked = input.value === method;
      }
    });
  }

  async #submit(): Promise<void> {
    this.#problem.textContent = "";
    this.#submitButton.disabled = true;
    try {
      const name = this.#name.value.trim().replace(/^@/, "").toLowerCase();
      if (!ACCOUNT_NAME.test(name)) throw new SignError("account-name", { account: name });
      await this.#prove(name);
      this.#accept({ name, method: this.#method });
    } catch (error) {
      this.#problem.textContent = problemText(error, this.#texts);
      this.#problem.scrollIntoView({ block: "nearest" });
    } finally {
      this.#submitButton.disabled = false;
    }
  }

  /** Checks what can be checked before anything is signed. */
  async #prove(name: string): Promise<void> {
    if (this.#method === "key") {
      const wif = this.#key.input.value.trim();
      if (!wif) throw new SignError("key-none", { account: name });
      await checkKey(name, wif, "posting");
      await keepKey(name, wif);
      this.#key.input.value = "";
      return;
    }
    await accountKeys(name);
    if (this.#method !== "keychain") return;
    this.#problem.textContent = "";
    this.#waiting.textContent = this.#texts.say("waiting-keychain");
    try {
      await provePosting(name, this.#at);
    } finally {
      this.#waiting.textContent = "";
    }
  }

  #accept(member: Member): void {
    logIn(member);
    this.#member = member;
    this.#dialog.close();
  }
}
