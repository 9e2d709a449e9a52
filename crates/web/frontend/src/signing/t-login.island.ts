/** `<t-login><a href="/login">…</a></t-login>`: lets somebody log in here, then goes on to `next`, or to the wallet. */
class LoginElement extends HTMLElement {
  connectedCallback(): void {
    const link = this.querySelector<HTMLElement>("a, button");
    if (!link) return;
    link.hidden = false;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      void this.#logIn();
    });
  }

  async #logIn(): Promise<void> {
    const { askForMember } = await import("./login");
    if (await askForMember()) location.assign(this.getAttribute("next") ?? "/wallet");
  }
}

customElements.define("t-login", LoginElement);

export {};
