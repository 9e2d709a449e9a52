// The field for a private key.

import { freshId, h } from "./elements";
import type { Texts } from "./texts";
import type { Authority } from "./types";

/** A labelled field that browsers neither show, complete nor keep. */
export function keyField(
  authority: Authority,
  account: string,
  texts: Texts,
): { element: HTMLElement; input: HTMLInputElement } {
  const id = freshId("sign-key");
  const input = h("input", {
    id,
    type: "password",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    // password managers that would offer to keep it
    "data-1p-ignore": true,
    "data-lpignore": "true",
    "aria-describedby": `${id}-hint`,
  });
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, texts.say(`key-${authority}`, { account })),
    input,
    h("p", { class: "hint", id: `${id}-hint` }, texts.say(`key-${authority}-hint`)),
  );
  return { element, input };
}
