/**
 * `<t-status></t-status>`: where a transaction is, from the signature to the block that nobody can take back.
 *
 * `<t-status txid="…">` follows that transaction from the start. Sends `t-done`, `t-failed` and `t-final` (bubbling, with
 * `{id, progress}` as detail).
 */
import { progress as askProgress } from "./api";
import { forgetDrafts } from "./drafts";
import { h } from "./elements";
import { problemText } from "./problems";
import { explain } from "./reasons";
import { loadTexts, type Texts } from "./texts";
import { type CallResult, type Progress, SignError } from "./types";
import { listen } from "../shell/live";

/** How long to ask every second, how long at all, and how long for finality. */
const EAGER = 10_000;
const PATIENCE = 60_000;
const FINALITY = 180_000;

type Stage = "signature" | "sent" | "included" | "done" | "failed" | "final" | "waiting" | "lost" | "refused";

const LOOKS: Record<Stage, { tone: string; icon: string }> = {
  signature: { tone: "pending", icon: "…" },
  sent: { tone: "pending", icon: "↑" },
  included: { tone: "pending", icon: "▣" },
  waiting: { tone: "warning", icon: "…" },
  lost: { tone: "warning", icon: "?" },
  done: { tone: "good", icon: "✓" },
  final: { tone: "good", icon: "✓✓" },
  failed: { tone: "bad", icon: "✕" },
  refused: { tone: "bad", icon: "✕" },
};

class StatusElement extends HTMLElement {
  #run = 0;
  readonly #line = h("div", { class: "status-line", role: "status" });
  readonly #more = h("div", { class: "status-more" });

  connectedCallback(): void {
    if (!this.#line.isConnected) this.append(this.#line, this.#more);
    const id = this.getAttribute("txid");
    if (id && this.#run === 0) void this.track(id);
  }

  disconnectedCallback(): void {
    this.#run += 1;
  }

  /** Nothing is under way. */
  clear(): void {
    this.#run += 1;
    this.#line.replaceChildren();
    this.#more.replaceChildren();
    delete this.dataset["stage"];
  }

  /** The member is being asked to sign. */
  async waitForSignature(): Promise<void> {
    this.clear();
    this.#show("signature", await loadTexts());
  }

  /** Something was wrong before anything was sent. */
  async refuse(error: unknown): Promise<void> {
    this.#run += 1;
    const texts = await loadTexts().catch(() => undefined);
    if (!texts) {
      // a server that is gone says nothing; the page brought these words along
      this.#line.replaceChildren(h("span", { class: "chip bad" }, h("span", { "aria-hidden": "true" }, "✕ ")));
      this.#line.append(document.querySelector<HTMLElement>("t-account")?.dataset["offline"] ?? "");
      this.dataset["stage"] = "refused";
      return;
    }
    this.#show("refused", texts);
    this.#more.replaceChildren(h("p", {}, problemText(error, texts)));
  }

  /** Follows a transaction until it is final, has failed, or nothing more is to be expected. */
  async track(id: string): Promise<void> {
    this.#run += 1;
    const run = this.#run;
    const texts = await loadTexts();
    const started = Date.now();
    this.#show("sent", texts, id);
    let told = false;
    for (;;) {
      await nextBlock(Date.now() - started < EAGER ? 1_000 : 3_000);
      if (run !== this.#run) return;
      const progress = await this.#ask(id);
      if (run !== this.#run) return;
      const waited = Date.now() - started;
      if (progress?.state === "executed") {
        this.#executed(progress, id, texts, told);
        told = true;
        if (progress.final || waited > FINALITY) return;
      } else if (progress?.state === "included" && progress.final) {
        // on the main chain for good, and nothing that the sidechain reads
        this.#show("final", texts, id, progress.block);
        if (!told) this.#tell("t-done", id, progress);
        return;
      } else if (waited > PATIENCE) {
        this.#show(progress === undefined ? "lost" : "waiting", texts, id);
        return;
      } else if (progress?.state === "included") {
        this.#show("included", texts, id, progress.block);
      }
    }
  }

  /** A server that does not answer now may do so in a moment. */
  async #ask(id: string): Promise<Progress | undefined> {
    try {
      return await askProgress(id);
    } catch (error) {
      if (error instanceof SignError) return undefined;
      throw error;
    }
  }

  #executed(progress: Progress, id: string, texts: Texts, told: boolean): void {
    const failed = progress.calls.filter((call) => !call.ok);
    const stage = failed.length > 0 ? "failed" : progress.final ? "final" : "done";
    this.#show(stage, texts, id, progress.block);
    const several = progress.calls.length > 1;
    const shown = several ? progress.calls : failed;
    this.#more.replaceChildren(...shown.map((call) => callPart(call, several, texts)));
    if (!told) this.#tell(failed.length > 0 ? "t-failed" : "t-done", id, progress);
    // come back from another site: what was typed is done, and needs not be kept
    if (!told && failed.length === 0 && location.pathname === "/signed") forgetDrafts();
    if (progress.final) this.#tell("t-final", id, progress);
  }

  #show(stage: Stage, texts: Texts, id?: string, block?: number): void {
    const { tone, icon } = LOOKS[stage];
    this.dataset["stage"] = stage;
    const text = texts.say(`status-${stage}`, { block: String(block ?? "") });
    const chip = h("span", { class: `chip ${tone}` }, h("span", { "aria-hidden": "true" }, `${icon} `), text);
    const link = id && h("a", { class: "status-link", href: `/tx/${id}` }, id.slice(0, 8));
    const hint = texts.has(`status-${stage}-hint`)
      ? h("span", { class: "soft" }, texts.say(`status-${stage}-hint`))
      : undefined;
    // a live region speaks when it changes: only then is it touched
    const key = `${stage} ${block ?? ""} ${id ?? ""}`;
    if (this.#line.dataset["shown"] === key && this.#line.hasChildNodes()) return;
    this.#line.dataset["shown"] = key;
    this.#line.replaceChildren(...[chip, link, hint].filter((part): part is HTMLElement => Boolean(part)));
  }

  #tell(type: string, id: string, progress: Progress): void {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail: { id, progress } }));
  }
}

/** Waits for a block of the sidechain, but not longer than this. */
function nextBlock(patience: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, patience);
    const stop = listen("block", done);
  });
}

/** How one call ended: its errors with what they mean. */
function callPart(call: CallResult, several: boolean, texts: Texts): HTMLElement {
  const part = h("div", { class: "status-call" });
  if (several) {
    const mark = call.ok ? "✓" : "✕";
    const name = `${call.contract}.${call.action}`;
    part.append(
      h("p", {}, `${mark} ${name} `, h("a", { href: `/tx/${call.id}` }, call.id.slice(40) || call.id.slice(0, 8))),
    );
  }
  for (const { error, meaning } of call.errors.map((error) => explain(error, texts))) {
    if (meaning) part.append(h("p", {}, meaning));
    part.append(h("p", { class: "soft" }, texts.say("status-said", { error })));
  }
  return part;
}

customElements.define("t-status", StatusElement);

declare global {
  interface HTMLElementTagNameMap {
    "t-status": StatusElement;
  }
}

export type { StatusElement };
