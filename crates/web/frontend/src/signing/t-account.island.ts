/**
 * The account menu of the header. The server renders both of its states; this shows the right one, fills in names, and
 * does what the entries say.
 *
 * ```html
 * <t-account>
 *   <a data-out href="/login">Log in</a>
 *   <details data-in hidden> <summary>@<span data-name></span></summary>
 *     <a data-wallet href="/wallet">…</a> <a data-profile>…</a>
 *     <ul data-others></ul> <button data-add>…</button> <button data-leave>…</button>
 *   </details>
 * </t-account>
 * ```
 */
import { CHANGED, current, followOtherTabs, logOut, members, switchTo } from "./accounts";
import { h } from "./elements";

class AccountElement extends HTMLElement {
  readonly #refresh = (): void => this.#show();
  readonly #closeOutside = (event: Event): void => {
    const menu = this.#part("details[data-in]");
    if (menu instanceof HTMLDetailsElement && !(event.target instanceof Node && menu.contains(event.target)))
      menu.open = false;
  };

  connectedCallback(): void {
    this.#part("[data-out]")?.addEventListener("click", (event) => {
      event.preventDefault();
      void this.#logIn();
    });
    this.#part("[data-add]")?.addEventListener("click", () => void this.#logIn());
    this.#part("[data-leave]")?.addEventListener("click", () => {
      const member = current();
      if (!member) return;
      logOut(member.name);
      location.reload();
    });
    this.addEventListener("keydown", (event) => {
      const menu = this.#part("details[data-in]");
      if (event.key !== "Escape" || !(menu instanceof HTMLDetailsElement) || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
    document.addEventListener(CHANGED, this.#refresh);
    document.addEventListener("click", this.#closeOutside);
    // another tab may log in or out
    window.addEventListener("storage", this.#refresh);
    this.#show();
  }

  disconnectedCallback(): void {
    document.removeEventListener(CHANGED, this.#refresh);
    document.removeEventListener("click", this.#closeOutside);
    window.removeEventListener("storage", this.#refresh);
  }

  #part(selector: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(selector);
  }

  #show(): void {
    const member = current();
    const [out, menu] = [this.#part("[data-out]"), this.#part("[data-in]")];
    if (out) out.hidden = member !== undefined;
    if (menu) menu.hidden = member === undefined;
    if (!member) return;
    for (const name of this.querySelectorAll("[data-name]")) name.textContent = member.name;
    const profile = this.#part("[data-profile]");
    if (profile instanceof HTMLAnchorElement) profile.href = `/@${member.name}`;
    const others = members().filter(({ name }) => name !== member.name);
    this.#part("[data-others]")?.replaceChildren(...others.map(({ name }) => this.#other(name)));
    const heading = this.#part("[data-others-title]");
    if (heading) heading.hidden = others.length === 0;
  }

  #other(name: string): HTMLElement {
    const button = h("button", { type: "button", class: "quiet" }, `@${name}`);
    button.addEventListener("click", () => {
      switchTo(name);
      location.reload();
    });
    return h("li", {}, button);
  }

  async #logIn(): Promise<void> {
    const { askForMember } = await import("./login");
    // what the page shows may depend on who reads it
    if (await askForMember()) location.reload();
  }
}

followOtherTabs();
customElements.define("t-account", AccountElement);
