import { cookie, setCookie } from "../shell/cookie";

/** `<favourite-star data-symbol="COOL"><button …>`: marks a market. The marks are in a cookie, by which the server lists. */
const COOKIE = "tartan-favourites";
const YEAR = 31_536_000;
/** Longer cookies are refused. */
const MOST = 200;

function marked(): string[] {
  return cookie(COOKIE).split(",").filter((symbol) => symbol !== "");
}

class FavouriteStar extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    const symbol = this.dataset["symbol"] ?? "";
    // nothing else is a symbol, and may stand in a cookie
    if (button === null || !/^[A-Z0-9.]+$/.test(symbol)) return;
    const draw = (is: boolean): void => {
      button.setAttribute("aria-pressed", String(is));
      button.textContent = is ? "★" : "☆";
    };
    draw(marked().includes(symbol));
    button.hidden = false;
    button.addEventListener("click", () => {
      const others = marked().filter((other) => other !== symbol);
      const is = button.getAttribute("aria-pressed") !== "true";
      const all = is ? [...others, symbol].slice(-MOST) : others;
      setCookie(COOKIE, all.join(","), YEAR);
      draw(is);
    });
  }
}

customElements.define("favourite-star", FavouriteStar);
