/**
 * `<bulk-transfer data-account data-symbol data-precision data-max>`: sends a token to a pasted list of accounts, in as many
 * transactions as it takes, each signed by itself. What was sent is remembered in this browser, so that a list which was
 * interrupted goes on where it stopped, and nobody is paid twice.
 */
import { reference } from "../signing/api";
import { compare } from "../signing/decimal";
import { h } from "../signing/elements";
import { actingMember, signCalls, SignError } from "../signing/index";
import type { Progress } from "../signing/types";
import type { StatusElement } from "../signing/t-status.island";
import { text } from "../shell/text";
import { batches, type List, readList } from "./bulk";

/** A transaction of the list: how many payments, its id once it is sent, how it ended. */
interface Batch {
  payments: number;
  id?: string;
  end?: "done" | "failed";
}

interface Kept {
  list: string;
  batches: Batch[];
}

class BulkTransfer extends HTMLElement {
  #kept: Kept | undefined;
  #busy = false;

  get #name(): string {
    return `tartan.bulk.${this.dataset["account"]}.${this.dataset["symbol"]}`;
  }

  get #field(): HTMLTextAreaElement {
    return this.querySelector("textarea") as HTMLTextAreaElement;
  }

  #part<E extends HTMLElement>(name: string): E {
    return this.querySelector(`[data-${name}]`) as E;
  }

  connectedCallback(): void {
    this.#kept = this.#load();
    if (this.#kept) this.#field.value = this.#kept.list;
    this.#field.addEventListener("input", () => this.#show());
    this.#part("send").addEventListener("click", () => void this.#send());
    this.#part("clear").addEventListener("click", () => this.#clear());
    this.addEventListener("t-done", (event) => this.#ended((event as CustomEvent).detail, "done"));
    this.addEventListener("t-failed", (event) => this.#ended((event as CustomEvent).detail, "failed"));
    this.#show();
    const open = this.#kept?.batches.find(({ id, end }) => id && !end);
    if (open?.id) void this.#follow(open.id);
  }

  #load(): Kept | undefined {
    try {
      return JSON.parse(localStorage.getItem(this.#name) ?? "null") as Kept | undefined;
    } catch {
      return undefined;
    }
  }

  #store(): void {
    if (this.#kept) localStorage.setItem(this.#name, JSON.stringify(this.#kept));
    else localStorage.removeItem(this.#name);
  }

  #read(): List {
    return readList(this.#field.value, this.dataset["account"] ?? "", Number(this.dataset["precision"] ?? "0"));
  }

  #clear(): void {
    this.#kept = undefined;
    this.#store();
    this.#field.value = "";
    this.#show();
    this.#field.focus();
  }

  /** What the list comes to, what is wrong in it, and how far it is. */
  #show(): void {
    const list = this.#read();
    const symbol = this.dataset["symbol"] ?? "";
    const lines: HTMLElement[] = [];
    const add = (kind: string, words: string) => lines.push(h("p", { class: kind }, words));
    if (list.payments.length > 0) {
      add("", text("wallet-js-bulk-total", { count: list.payments.length, total: list.total, symbol }));
    }
    for (const { line, reason } of list.wrong.slice(0, 20)) {
      add("notice bad", `${text("wallet-js-bulk-line", { line })} ${text(`wallet-js-bulk-${reason}`)}`);
    }
    if (list.repeated.length > 0) {
      add("notice warning", text("wallet-js-bulk-repeated", { names: list.repeated.slice(0, 20).join(", ") }));
    }
    const lacks = compare(list.total, this.dataset["max"] ?? "0") > 0 && !this.#kept;
    if (lacks) add("notice bad", text("wallet-js-bulk-balance", { amount: this.dataset["max"] ?? "0", symbol }));
    this.#part("summary").replaceChildren(...lines);

    const done = this.#kept?.batches ?? [];
    const next = done.findIndex(({ id }) => !id);
    this.#field.readOnly = done.length > 0;
    this.#part("clear").hidden = done.length === 0;
    const waits = done.some(({ id, end }) => id && !end);
    const send = this.#part<HTMLButtonElement>("send");
    const ready = list.payments.length > 0 && list.wrong.length === 0 && !lacks;
    send.disabled = !ready || waits || (done.length > 0 && next < 0);
    if (next > 0) send.textContent = text("wallet-js-bulk-go-on", { number: next + 1, count: done.length });
    this.#part("batches").replaceChildren(...(done.length > 0 ? done.map((batch) => this.#row(batch)) : []));
  }

  #row({ payments, id, end }: Batch): HTMLElement {
    const state = end ?? (id ? "sent" : "open");
    const words = text(`wallet-js-bulk-${state}`, { count: payments });
    return h("li", {}, `${words} `, id && h("a", { href: `/tx/${id}` }, id.slice(0, 8)));
  }

  async #status(): Promise<StatusElement> {
    await import("../signing/t-status.island");
    return this.querySelector("t-status") as StatusElement;
  }

  async #follow(id: string): Promise<void> {
    void (await this.#status()).track(id);
  }

  /** Signs and sends the first transaction that was not. */
  async #send(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const status = await this.#status();
    try {
      const [symbol, account] = [this.dataset["symbol"] ?? "", this.dataset["account"] ?? ""];
      const member = await actingMember();
      if (!member) return;
      if (member.name !== account) throw new SignError("other-account", { account });
      // a link holds few payments, and nothing tells here what became of them
      if (member.method === "redirect") throw new SignError("redirect-too-long", { name: "HiveSigner / SteemLogin" });
      const { customJsonId } = await reference();
      const cut = batches(this.#read().payments, symbol, account, customJsonId);
      this.#kept ??= { list: this.#field.value, batches: cut.map((calls) => ({ payments: calls.length })) };
      this.#store();
      const next = this.#kept.batches.findIndex(({ id }) => !id);
      const [batch, calls] = [this.#kept.batches[next], cut[next]];
      if (!batch || !calls) return;
      await status.waitForSignature();
      const outcome = await signCalls(calls, { authority: "active" });
      if (outcome.kind === "sent") {
        batch.id = outcome.id;
        this.#store();
        void status.track(outcome.id);
      } else if (outcome.kind === "refused") throw outcome.error;
      else {
        status.clear();
        // nothing of it was sent: the list may still be changed
        if (!this.#kept.batches.some(({ id }) => id)) this.#kept = undefined;
        this.#store();
      }
    } catch (error) {
      if (!this.#kept?.batches.some(({ id }) => id)) this.#kept = undefined;
      this.#store();
      await status.refuse(error);
    } finally {
      this.#busy = false;
      this.#show();
    }
  }

  #ended({ id }: { id: string; progress: Progress }, end: "done" | "failed"): void {
    const batch = this.#kept?.batches.find((batch) => batch.id === id);
    if (!batch) return;
    batch.end = end;
    this.#store();
    this.#show();
  }
}

customElements.define("bulk-transfer", BulkTransfer);
