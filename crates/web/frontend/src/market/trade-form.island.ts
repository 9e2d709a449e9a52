/**
 * `<trade-form>` around the `<t-action>` of a market: any two of price, quantity and total give the third, what the order
 * would do to the book, warnings before it is signed, and the keys b, s and Esc. The state of the market is the JSON in
 * `#market-state`, which `<market-live>` keeps true.
 */
import { text } from "../shell/text";
import type { Call } from "../signing/index";
import { basisPoints, buys, cost, type Fill, type Level, parse, PRICE, priceOf, show, walk, worth } from "./decimal";

type Name = "price" | "quantity" | "total";
type RawLevel = [price: string, quantity: string, mine: boolean];

interface State {
  bids: RawLevel[];
  asks: RawLevel[];
  last: string | null;
  balances: { token: string | null; base: string | null };
}

/** From which distance to the last price, in hundredths of a percent, a question is asked, and one with a word. */
const FAR = 2_000;
const VERY_FAR = 5_000;
/** From which slippage of a market order a question is asked. */
const SLIPPAGE = 1_000;

class TradeForm extends HTMLElement {
  #state: State = { bids: [], asks: [], last: null, balances: { token: null, base: null } };
  /** The two fields that the user wrote last; the third follows. */
  #given: Name[] = ["price", "quantity"];
  readonly #changed = (): void => this.#readState();
  readonly #keys = (event: KeyboardEvent): void => this.#key(event);

  connectedCallback(): void {
    this.#readState();
    this.addEventListener("input", (event) => this.#input(event));
    this.addEventListener("change", () => this.#draw());
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("t-calls", (event) => this.#fill(event as CustomEvent<{ calls: Call[] }>));
    this.addEventListener("t-done", () => this.#done());
    // prices of the book, wherever they are on the page
    document.addEventListener("click", this.#take);
    document.addEventListener("keydown", this.#keys);
    document.addEventListener("market-changed", this.#changed);
    const keys = this.querySelector<HTMLElement>("[data-keys]");
    if (keys !== null) keys.hidden = !matchMedia("(hover: hover)").matches;
    this.#complete("quantity");
    this.#draw();
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.#take);
    document.removeEventListener("keydown", this.#keys);
    document.removeEventListener("market-changed", this.#changed);
  }

  get #symbol(): string {
    return this.dataset["symbol"] ?? "";
  }

  get #base(): string {
    return this.dataset["base"] ?? "";
  }

  get #precision(): number {
    return Number(this.dataset["precision"] ?? "8");
  }

  get #side(): "buy" | "sell" {
    return this.querySelector<HTMLInputElement>("[name=side][value=sell]")?.checked ? "sell" : "buy";
  }

  get #isMarket(): boolean {
    return this.querySelector<HTMLInputElement>("[name=kind][value=market]")?.checked ?? false;
  }

  #field(name: string): HTMLInputElement {
    const field = this.querySelector<HTMLInputElement>(`[name=${name}]`);
    if (field === null) throw new Error(`the form has no field ${name}`);
    return field;
  }

  #value(name: Name): bigint | undefined {
    return parse(this.#field(name).value, name === "quantity" ? this.#precision : PRICE);
  }

  #set(name: Name, value: bigint): void {
    this.#field(name).value = value > 0n ? show(value, name === "quantity" ? this.#precision : PRICE) : "";
  }

  #readState(): void {
    const json = document.getElementById("market-state")?.textContent;
    if (json) this.#state = JSON.parse(json) as State;
    for (const kind of ["token", "base"] as const) {
      const place = this.querySelector(`[data-balance=${kind}]`);
      const balance = this.#state.balances[kind];
      if (place !== null) place.textContent = balance === null ? "–" : balance.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
    }
    this.#draw();
  }

  #levels(side: "bids" | "asks"): Level[] {
    return this.#state[side].map(([price, quantity, mine]) => ({
      price: parse(price, PRICE) ?? 0n,
      quantity: parse(quantity, this.#precision) ?? 0n,
      mine,
    }));
  }

  /** The orders that this one would meet. */
  get #opposite(): Level[] {
    return this.#levels(this.#side === "buy" ? "asks" : "bids");
  }

  #balance(): bigint | undefined {
    const { base, token } = this.#state.balances;
    if (this.#side === "buy") return base === null ? undefined : parse(base, PRICE);
    return token === null ? undefined : parse(token, this.#precision);
  }

  // what the user does

  #input(event: Event): void {
    const name = (event.target as HTMLInputElement).name;
    if (name === "price" || name === "quantity" || name === "total") this.#complete(name);
    this.#draw();
  }

  /** Works out the third field after this one was written. */
  #complete(name: Name): void {
    if (this.#isMarket) return;
    this.#given = [...this.#given.filter((other) => other !== name), name].slice(-2);
    // a new price keeps what was written last of the other two
    if (name !== "price" && this.#value("price") !== undefined) this.#given = ["price", name];
    const [price, quantity, total] = [this.#value("price"), this.#value("quantity"), this.#value("total")];
    const has = (one: Name, other: Name): boolean => this.#given.includes(one) && this.#given.includes(other);
    if (has("price", "total") && price !== undefined && total !== undefined)
      this.#set("quantity", buys(total, price, this.#precision));
    else if (has("quantity", "total") && quantity !== undefined && total !== undefined)
      this.#set("price", priceOf(total, quantity, this.#precision));
    else if (price !== undefined && quantity !== undefined) this.#set("total", this.#cost(price, quantity));
    else if (this.#given.includes("quantity") && price !== undefined && quantity === undefined) this.#set("total", 0n);
  }

  #cost(price: bigint, quantity: bigint): bigint {
    return this.#side === "buy" ? cost(price, quantity, this.#precision) : worth(price, quantity, this.#precision);
  }

  #click(event: MouseEvent): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null;
    if (button === null) return;
    const { part, fill, worst } = button.dataset;
    if (part !== undefined) this.#part(BigInt(part));
    if (fill !== undefined) this.#part(100n, fill === "base" ? "buy" : "sell");
    if (worst !== undefined) {
      const filled = this.#estimate();
      this.#choose("kind", "limit");
      this.#set("price", filled.worst);
      this.#set("quantity", filled.quantity);
      this.#given = ["price", "quantity"];
      this.#complete("quantity");
      this.#draw();
    }
  }

  /** Fills in a part of what there is. */
  #part(percent: bigint, side = this.#side): void {
    if (side !== this.#side) this.#choose("side", side);
    const balance = this.#balance();
    if (balance === undefined) return;
    const amount = (balance * percent) / 100n;
    if (this.#isMarket) this.#set(this.#side === "buy" ? "total" : "quantity", amount);
    else if (this.#side === "sell") {
      this.#set("quantity", amount);
      this.#complete("quantity");
    } else {
      if (this.#value("price") === undefined) this.#suggest();
      this.#set("total", amount);
      this.#complete("total");
    }
    this.#draw();
  }

  /** The best price that fills at once, or the last one. */
  #suggest(): void {
    const price = this.#opposite[0]?.price ?? parse(this.#state.last ?? "", PRICE);
    if (price !== undefined) this.#set("price", price);
  }

  readonly #take = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-take], a[data-side]") : null;
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { side } = link.dataset;
    if (side !== undefined) {
      this.#choose("side", side);
      this.#draw();
      this.scrollIntoView({ block: "start" });
      return;
    }
    const asked = new URL(link.href).searchParams;
    this.#choose("side", link.dataset["take"] === "sell" ? "sell" : "buy");
    this.#choose("kind", "limit");
    this.#field("price").value = asked.get("price") ?? "";
    this.#field("quantity").value = asked.get("quantity") ?? "";
    this.#given = ["price", "quantity"];
    this.#complete("quantity");
    this.#draw();
  };

  #choose(name: string, value: string): void {
    const box = this.querySelector<HTMLInputElement>(`[name=${name}][value=${value}]`);
    if (box !== null) box.checked = true;
  }

  #key(event: KeyboardEvent): void {
    const isInside = event.target instanceof Element && this.contains(event.target);
    const isTyping = event.target instanceof Element && event.target.closest("input:not([type=radio]), textarea, select, dialog");
    if (event.key === "Escape" && isInside && event.target instanceof HTMLElement) event.target.blur();
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "b" && event.key !== "s") return;
    event.preventDefault();
    this.#choose("side", event.key === "b" ? "buy" : "sell");
    this.#draw();
    const first = this.#isMarket ? (this.#side === "buy" ? "total" : "quantity") : "price";
    this.#field(first).focus();
    this.#field(first).select();
  }

  // what is shown

  #estimate(): Fill {
    const [price, quantity, total] = [this.#value("price"), this.#value("quantity"), this.#value("total")];
    const levels = this.#opposite;
    if (this.#isMarket)
      return this.#side === "buy"
        ? walk(levels, { side: "buy", total: total ?? 0n }, this.#precision)
        : walk(levels, { side: "sell", quantity: quantity ?? 0n }, this.#precision);
    if (price === undefined) return walk([], { side: "buy" }, this.#precision);
    const accepts = (at: bigint): boolean => (this.#side === "buy" ? at <= price : at >= price);
    return walk(levels, { side: this.#side, quantity: quantity ?? 0n, accepts }, this.#precision);
  }

  #draw(): void {
    const [isMarket, side] = [this.#isMarket, this.#side];
    this.dataset["side"] = side;
    this.#toggle("price", !isMarket);
    this.#toggle("quantity", !isMarket || side === "sell");
    this.#toggle("total", !isMarket || side === "buy");
    this.#toggle("expiration", !isMarket);
    // follows from the other two, unless one of them makes no sense: then that one is to be told of
    this.#field("total").required = isMarket;
    const button = this.querySelector<HTMLElement>("[data-submit]");
    const words = { symbol: this.#symbol };
    const review = side === "buy" ? text("market-js-buy", words) : text("market-js-sell", words);
    if (button !== null) button.textContent = review;
    this.#checkBalance();
    const place = this.querySelector<HTMLElement>("[data-estimate]");
    if (place === null) return;
    const lines = isMarket ? this.#marketLines() : this.#limitLines();
    const said = lines.map((line) => (typeof line === "string" ? line : line.textContent)).join("\n");
    // a live region speaks when it changes
    if (place.dataset["said"] === said) return;
    place.dataset["said"] = said;
    place.replaceChildren(
      ...lines.map((line) => {
        if (typeof line !== "string") return line;
        const paragraph = document.createElement("p");
        paragraph.textContent = line;
        return paragraph;
      }),
    );
  }

  #toggle(name: string, is: boolean): void {
    const place = this.querySelector<HTMLElement>(`[data-field=${name}]`);
    if (place === null) return;
    place.hidden = !is;
    const field = place.querySelector<HTMLInputElement | HTMLSelectElement>("input, select");
    if (field !== null) field.disabled = !is;
  }

  /** The checks before signing go by what the fields say of themselves. */
  #checkBalance(): void {
    const balance = this.#balance();
    const [quantity, total] = [this.#field("quantity"), this.#field("total")];
    for (const field of [quantity, total]) delete field.dataset["max"];
    if (balance === undefined) return;
    if (this.#side === "buy") total.dataset["max"] = show(balance, PRICE);
    else quantity.dataset["max"] = show(balance, this.#precision);
  }

  #lacks(): string[] {
    const [balance, quantity, total] = [this.#balance(), this.#value("quantity"), this.#value("total")];
    const isBuy = this.#side === "buy";
    const needed = isBuy ? total : quantity;
    if (balance === undefined || needed === undefined || needed <= balance) return [];
    const shown = show(balance, isBuy ? PRICE : this.#precision);
    return [text("market-js-balance", { balance: shown, symbol: isBuy ? this.#base : this.#symbol })];
  }

  #limitLines(): (string | Node)[] {
    const [price, quantity] = [this.#value("price"), this.#value("quantity")];
    this.#ask(price);
    if (price === undefined || quantity === undefined || quantity === 0n || price === 0n) return [];
    const lines = this.#lacks();
    if (worth(price, quantity, this.#precision) < 1n) lines.push(text("market-js-small", { base: this.#base }));
    const fill = this.#estimate();
    if (fill.quantity === 0n) lines.push(text("market-js-rests"));
    else {
      const average = show(priceOf(fill.total, fill.quantity, this.#precision), PRICE);
      const filled = show(fill.quantity, this.#precision);
      const worst = show(fill.worst, PRICE);
      lines.push(
        fill.quantity >= quantity
          ? text("market-js-fills-all", { average, worst })
          : text("market-js-fills-part", { average, quantity: filled, symbol: this.#symbol }),
      );
    }
    if (fill.self) lines.push(text("market-js-self"));
    return lines;
  }

  #marketLines(): (string | Node)[] {
    const isBuy = this.#side === "buy";
    const wanted = this.#value(isBuy ? "total" : "quantity");
    const best = this.#opposite[0]?.price;
    if (best === undefined) {
      this.#ask(undefined);
      return [text("market-js-empty")];
    }
    if (wanted === undefined || wanted === 0n) {
      this.#ask(undefined);
      return [];
    }
    const fill = this.#estimate();
    const average = priceOf(fill.total, fill.quantity, this.#precision);
    const slippage = Math.abs(basisPoints(best, average));
    this.#ask(undefined, slippage);
    const lines: (string | Node)[] = this.#lacks();
    lines.push(
      text(isBuy ? "market-js-market-buy" : "market-js-market-sell", {
        quantity: show(fill.quantity, this.#precision),
        total: show(fill.total, PRICE),
        symbol: this.#symbol,
        base: this.#base,
        average: show(average, PRICE),
        worst: show(fill.worst, PRICE),
        slippage: (slippage / 100).toFixed(2),
      }),
    );
    // what is left of the base token by rounding down is less than a token's smallest unit
    const rest = wanted - (isBuy ? fill.total : fill.quantity);
    if (rest > (isBuy ? cost(fill.worst, 1n, this.#precision) : 0n)) lines.push(text("market-js-thin"));
    if (fill.self) lines.push(text("market-js-self"));
    if (slippage > SLIPPAGE) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet small";
      button.dataset["worst"] = "";
      button.textContent = text("market-js-worst", { worst: show(fill.worst, PRICE) });
      lines.push(button);
    }
    return lines;
  }

  /** Asks, before signing, about a price that is far from the last one, or about slippage. */
  #ask(price: bigint | undefined, slippage = 0): void {
    const last = parse(this.#state.last ?? "", PRICE);
    const distance = price === undefined || last === undefined ? 0 : Math.abs(basisPoints(last, price));
    const percent = (points: number): string => (points / 100).toFixed(0);
    const word = text("market-js-yes");
    const isFar = distance > FAR && distance <= VERY_FAR;
    const asked = slippage > SLIPPAGE ? text("market-js-slippage", { percent: percent(slippage) }) : undefined;
    this.#question("far", isFar ? text("market-js-far", { percent: percent(distance) }) : asked);
    const isVery = distance > VERY_FAR;
    this.#question("yes", isVery ? text("market-js-very-far", { percent: percent(distance), word }) : undefined);
  }

  #question(name: "far" | "yes", words: string | undefined): void {
    const place = this.querySelector<HTMLElement>(`[data-ask=${name}]`);
    const field = place?.querySelector("input");
    const line = place?.querySelector("[data-words]");
    if (!place || !field || !line) return;
    if (place.hidden && words !== undefined) {
      field.checked = false;
      field.value = name === "yes" ? "" : field.value;
    }
    place.hidden = words === undefined;
    field.disabled = words === undefined;
    if (words !== undefined && line.textContent !== words) line.textContent = words;
  }

  // what is signed

  #fill(event: CustomEvent<{ calls: Call[] }>): void {
    const [price, quantity, total] = [this.#value("price"), this.#value("quantity"), this.#value("total")];
    const symbol = this.#symbol;
    const amount = (value: bigint | undefined, decimals: number): string => show(value ?? 0n, decimals);
    if (this.#isMarket) {
      const isBuy = this.#side === "buy";
      const action = isBuy ? "marketBuy" : "marketSell";
      // a market order to buy says what it spends
      const spent = isBuy ? amount(total, PRICE) : amount(quantity, this.#precision);
      event.detail.calls.push({ contract: "market", action, payload: { symbol, quantity: spent } });
      return;
    }
    const expiration = Number(this.#field("expiration").value);
    const payload = { symbol, quantity: amount(quantity, this.#precision), price: amount(price, PRICE), expiration };
    event.detail.calls.push({ contract: "market", action: this.#side, payload });
  }

  /** The price and the choices stay. */
  #done(): void {
    this.#field("quantity").value = "";
    this.#field("total").value = "";
    this.#draw();
  }
}

customElements.define("trade-form", TradeForm);
