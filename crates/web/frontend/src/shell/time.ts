/** The user's language, as the server rendered the page. */
export const language = document.documentElement.lang || "en";

/** By how many milliseconds the chain's clock is ahead of the browser's. */
let ahead = Number(document.documentElement.dataset["ahead"] ?? 0) * 1000;

/** Milliseconds since 1970 by the chain's clock, which on a development chain can be ahead of the browser's. */
export function chainNow(): number {
  return Date.now() + ahead;
}

/** Takes note of a new block's time (`YYYY-MM-DDTHH:MM:SS`, UTC): it is never in the future. */
export function passed(timestamp: unknown): void {
  const time = Date.parse(`${String(timestamp)}Z`);
  if (!Number.isNaN(time)) ahead = Math.max(ahead, time - Date.now());
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });

/** "3 min. ago", "in 2 days". */
export function ago(time: Date, now = chainNow()): string {
  const seconds = Math.round((time.getTime() - now) / 1000);
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size || unit === "second") return relative.format(Math.trunc(seconds / size), unit);
  }
  return "";
}
