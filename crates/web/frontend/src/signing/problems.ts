// Errors of signing as people read them.

import type { Texts } from "./texts";
import { SignError } from "./types";

/** What went wrong and what to do, whatever was thrown. */
export function problemText(error: unknown, texts: Texts): string {
  if (error instanceof SignError) {
    const key = `error-${error.code}`;
    if (texts.has(key)) return texts.say(key, error.details);
    return texts.say("error-other", { reason: error.details["reason"] ?? error.message });
  }
  console.error(error);
  return texts.say("error-other", { reason: error instanceof Error ? error.message : String(error) });
}
