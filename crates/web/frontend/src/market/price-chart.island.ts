/**
 * `<price-chart data-address="…/candles.json">`: candles and volume, drawn by Lightweight Charts (TradingView, Apache-2.0),
 * which only pages with a chart load. Its attribution stands below it.
 */
import {
  CandlestickSeries,
  ColorType,
  createChart,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  PriceScaleMode,
  type UTCTimestamp,
} from "lightweight-charts";

type Row = [time: number, open: string, high: string, low: string, close: string, volume: string];

/** With fewer bars than these a chart begins with shorter ones. */
const FEW = 8;

class PriceChart extends HTMLElement {
  #chart: IChartApi | undefined;
  #candles: ISeriesApi<"Candlestick"> | undefined;
  #volumes: ISeriesApi<"Histogram"> | undefined;
  #lines: IPriceLine[] = [];
  #interval = "1h";
  /** Whether the interval was chosen, by who looks or for want of bars. */
  #chosen = false;
  #run = 0;
  readonly #changed = (): void => void this.#load(false);
  readonly #scheme = matchMedia("(prefers-color-scheme: dark)");
  readonly #paint = (): void => this.#colour();

  connectedCallback(): void {
    const place = this.querySelector<HTMLElement>(".chart-place");
    if (place === null || this.#chart !== undefined) return;
    for (const part of this.querySelectorAll<HTMLElement>(".chart-bar, [data-by]")) part.hidden = false;
    place.hidden = false;
    this.#chart = createChart(place, {
      autoSize: true,
      // the mark would need a style sheet within the page; the attribution is below the chart
      layout: { attributionLogo: false, fontFamily: getComputedStyle(this).fontFamily, fontSize: 12 },
      timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 4 },
      localization: { locale: document.documentElement.lang || "en" },
    });
    const decimals = Number(this.dataset["decimals"] ?? "8");
    const format = { type: "price", precision: decimals, minMove: 10 ** -decimals } as const;
    this.#candles = this.#chart.addSeries(CandlestickSeries, { priceFormat: format, borderVisible: false });
    this.#volumes = this.#chart.addSeries(HistogramSeries, {
      priceFormat: { type: "volume" },
      priceScaleId: "volume",
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.#volumes.priceScale().applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });
    this.#candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.24 } });
    this.#colour();
    this.#view("price");
    this.addEventListener("click", (event) => this.#click(event));
    this.#scheme.addEventListener("change", this.#paint);
    document.addEventListener("market-changed", this.#changed);
    void this.#load(true);
  }

  disconnectedCallback(): void {
    this.#run += 1;
    this.#scheme.removeEventListener("change", this.#paint);
    document.removeEventListener("market-changed", this.#changed);
    this.#chart?.remove();
    this.#chart = undefined;
  }

  #click(event: MouseEvent): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null;
    if (button === null) return;
    const { interval, view, log } = button.dataset;
    if (interval !== undefined) {
      this.#interval = interval;
      this.#chosen = true;
      this.#press("[data-interval]", button);
      void this.#load(true);
    } else if (view !== undefined) {
      this.#press("[data-view]", button);
      this.#view(view);
    } else if (log !== undefined) {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      const mode = on ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal;
      this.#candles?.priceScale().applyOptions({ mode });
    }
  }

  #press(selector: string, button: Element): void {
    for (const other of this.querySelectorAll(selector)) other.setAttribute("aria-pressed", String(other === button));
  }

  /** The chart or the depth, which the server drew. */
  #view(view: string): void {
    const depth = this.parentElement?.querySelector<HTMLElement>("[data-depth]");
    const isDepth = view === "depth" && depth !== null;
    if (depth) depth.hidden = !isDepth;
    for (const part of this.querySelectorAll<HTMLElement>(".chart-place, [data-by]")) part.hidden = isDepth;
  }

  async #load(isNew: boolean): Promise<void> {
    const run = ++this.#run;
    const response = await fetch(`${this.dataset["address"] ?? ""}?interval=${this.#interval}`).catch(() => undefined);
    if (!response?.ok) return;
    const { bars } = (await response.json()) as { bars: Row[] };
    if (run !== this.#run || this.#chart === undefined) return;
    const finer = this.querySelector("[data-interval='5m']");
    if (!this.#chosen && bars.length < FEW && finer !== null) {
      // a young market: hours say little
      this.#chosen = true;
      this.#interval = "5m";
      this.#press("[data-interval]", finer);
      return this.#load(isNew);
    }
    this.#chosen = true;
    const note = this.querySelector<HTMLElement>("[data-note]");
    if (note !== null) note.hidden = bars.length > 0;
    const [good, bad] = [this.#wash("--good"), this.#wash("--bad")];
    // drawn, not reckoned with: floats will do
    this.#candles?.setData(
      bars.map(([time, open, high, low, close]) => ({
        time: time as UTCTimestamp,
        open: Number(open),
        high: Number(high),
        low: Number(low),
        close: Number(close),
      })),
    );
    this.#volumes?.setData(
      bars.map(([time, open, , , close, volume]) => ({
        time: time as UTCTimestamp,
        value: Number(volume),
        color: Number(close) >= Number(open) ? good : bad,
      })),
    );
    this.#drawOrders();
    if (isNew) {
      const shown = Math.max(40, Math.min(bars.length, 120));
      this.#chart.timeScale().setVisibleLogicalRange({ from: bars.length - shown, to: bars.length + 4 });
    }
  }

  /** Own orders as lines. */
  #drawOrders(): void {
    for (const line of this.#lines) this.#candles?.removePriceLine(line);
    this.#lines = [];
    const state = document.getElementById("market-state")?.textContent;
    if (!state || this.#candles === undefined) return;
    const { orders = [] } = JSON.parse(state) as { orders?: [string, string][] };
    for (const [side, price] of orders.slice(0, 20)) {
      const color = this.#resolve(side === "buy" ? "--good" : "--bad");
      const look = { color, lineWidth: 1, lineStyle: 2, axisLabelVisible: false } as const;
      const line = this.#candles.createPriceLine({ price: Number(price), title: "", ...look });
      this.#lines.push(line);
    }
  }

  #colour(): void {
    const [good, bad] = [this.#resolve("--good"), this.#resolve("--bad")];
    const line = { color: this.#resolve("--line") };
    this.#chart?.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: this.#resolve("--surface") },
        textColor: this.#resolve("--text-soft"),
      },
      grid: { vertLines: line, horzLines: line },
      rightPriceScale: { borderColor: line.color },
      timeScale: { borderColor: line.color },
    });
    this.#candles?.applyOptions({ upColor: good, downColor: bad, wickUpColor: good, wickDownColor: bad });
  }

  /** A colour of the design system as the canvas knows it. */
  #resolve(name: string): string {
    this.style.setProperty("color", `var(${name})`);
    const { color } = getComputedStyle(this);
    this.style.removeProperty("color");
    return color;
  }

  #wash(name: string): string {
    return this.#resolve(name).replace(/^rgb\((.*)\)$/, "rgba($1, 0.4)");
  }
}

customElements.define("price-chart", PriceChart);
