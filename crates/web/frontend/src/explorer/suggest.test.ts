import { expect, test } from "vitest";
import { isSecret, mayBecomeSecret } from "./suggest";

const KEY = "5Kb8kLf9zgWQnogidDA76MzPL6TsZZY36hWXMssSzNydYXYB9KF";

test("private keys are refused, alone or among words", () => {
  for (const text of [KEY, `P${KEY}`, `@alice ${KEY}`, `key=${KEY};`, `L${"w".repeat(51)}`]) expect(isSecret(text), text).toBe(true);
  for (const text of ["alice", "5", "0f".repeat(20), `STM${"8".repeat(50)}`]) expect(isSecret(text), text).toBe(false);
});

test("of a key that is being typed the server hears its first letters at most", () => {
  for (const key of [KEY, `P${KEY}`]) {
    const asked = [...key].map((_, end) => key.slice(0, end + 1)).filter((typed) => !mayBecomeSecret(typed) && !isSecret(typed));
    expect(Math.max(...asked.map((typed) => typed.length))).toBeLessThan(10);
  }
  for (const text of ["marketpools", "@alice", "SWAP.HIVE", "5000", "50f1c2d3e4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9", "KARMATOKEN"]) {
    expect(mayBecomeSecret(text), text).toBe(false);
  }
});
