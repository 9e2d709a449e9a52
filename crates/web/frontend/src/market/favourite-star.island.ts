/** `<favourite-star data-symbol="COOL"><button …>`: marks a market. The marks are in a cookie, by which the server lists. */
const COOKIE = "tartan-favourites";
/** Longer cookies are refused. */
const MOST = 200;

function marked(): string[] {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${COOKIE}=`));
  return (found?.slice(COOKIE.length + 1) ?? "").split(",").filter((symbol) => symbol !== "");
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
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `${COOKIE}=${all.join(",")}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
      draw(is);
    });
  }
}

customElements.define("favourite-star", FavouriteStar);
