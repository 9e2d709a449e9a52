/** The user's language, as the server rendered the page. */
export const language = document.documentElement.lang || "en";

/** Milliseconds since 1970 by the chain's clock, which on a development chain can be ahead of the browser's. */
export function chainNow(): number {
  return Date.now() + Number(document.documentElement.dataset["ahead"] ?? 0) * 1000;
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
