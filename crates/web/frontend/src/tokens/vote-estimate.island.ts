/**
 * `<vote-estimate data-address="/rewards/COOL/@bob/post/estimate" data-symbol="COOL">` around the fields of a vote: sets
 * the hidden `weight` (hundredths of a percent) from direction and strength, and says what such a vote changes. Sends
 * nothing but the name of who acts and the weight.
 */
import { CHANGED, current } from "../signing/index";
import { text } from "../shell/text";

/** What the server answers: `Estimate`. */
interface Estimate {
  after: string;
  change: string;
  curator: string;
  power: number;
  left: number;
}

const PAUSE = 150;

class VoteEstimate extends HTMLElement {
  #timer = 0;
  #asked = 0;
  readonly #changed = (): void => this.#soon();

  connectedCallback(): void {
    this.addEventListener("input", this.#changed);
    document.addEventListener(CHANGED, this.#changed);
    // after the vote the post has another value
    this.closest("t-action")?.addEventListener("t-done", this.#changed);
    this.#soon();
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    document.removeEventListener(CHANGED, this.#changed);
  }

  /** The weight that the fields say: -10000 to 10000. */
  #weight(): number {
    const direction = Number(this.querySelector<HTMLSelectElement>("#direction")?.value ?? "1");
    const strength = Number(this.querySelector<HTMLInputElement>("#strength")?.value ?? "100");
    const output = this.querySelector("output");
    if (output) output.textContent = `${strength} %`;
    const weight = direction * strength * 100;
    const field = this.querySelector<HTMLInputElement>("input[name=weight]");
    if (field) field.value = String(weight);
    return weight;
  }

  #soon(): void {
    const weight = this.#weight();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(weight), PAUSE);
  }

  async #ask(weight: number): Promise<void> {
    const member = current();
    if (!member) {
      this.#say(text("rewards-js-log-in"));
      return;
    }
    this.#asked += 1;
    const asked = this.#asked;
    const query = new URLSearchParams({ voter: member.name, weight: String(weight) });
    const answer = await fetch(`${this.dataset["address"]}?${query}`, { headers: { accept: "application/json" } })
      .then(async (response) => (response.ok ? ((await response.json()) as Estimate) : undefined))
      .catch(() => undefined);
    if (asked !== this.#asked) return;
    const symbol = this.dataset["symbol"] ?? "";
    if (!answer) this.#say(text("rewards-js-no-estimate"));
    else if (weight !== 0 && Number(answer.change) === 0) this.#say(text("rewards-js-no-stake", { symbol }));
    else {
      const { after, change, curator, power, left } = answer;
      const percent = (hundredths: number) => `${hundredths / 100} %`;
      const filled = { symbol, after, change, curator, used: percent(power - left), power: percent(power) };
      this.#say(text("rewards-js-says", filled));
    }
    this.dataset["change"] = answer?.change ?? "";
  }

  #say(words: string): void {
    const place = this.querySelector("#vote-says");
    if (place && place.textContent !== words) place.textContent = words;
  }
}

customElements.define("vote-estimate", VoteEstimate);
