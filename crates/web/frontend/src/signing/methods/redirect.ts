// HiveSigner on Hive, SteemLogin on Steem: another site, which signs what a link says and comes back with the id.

import { reference } from "../api";
import { comeBackHere } from "../way-back";
import { type Method, type Reference, type Request, SignError } from "../types";

/** The sites, by chain. They understand links of the form that hive-uri describes. */
export const SITES: Record<Reference["flavor"], { name: string; origin: string }> = {
  hive: { name: "HiveSigner", origin: "https://hivesigner.com" },
  steem: { name: "SteemLogin", origin: "https://steemlogin.com" },
};

/** Links longer than this are cut by some browsers and servers. */
const LONGEST_LINK = 8_000;

export const redirect: Method = {
  id: "redirect",
  async sign(request) {
    const at = await reference();
    const site = SITES[at.flavor];
    // that site knows the public chain only, where the call would go nowhere
    if (at.development) throw new SignError("redirect-development", { name: site.name });
    const link = signingLink(request, at, location);
    if (link.length > LONGEST_LINK) throw new SignError("redirect-too-long", { name: site.name });
    comeBackHere();
    location.assign(link);
    return { kind: "leaving" };
  },
};

/**
 * The link that lets the other site sign a request and come back to the page `/signed`, which knows from the tab's storage
 * where the member came from.
 *
 * Sources: hive-uri (`s` names the signer, `cb` is the address to come back to in URL-safe Base64, `{{id}}` in it becomes the
 * transaction's id). SteemLogin ignores `cb`: it comes back to `redirect_uri` with `?id=…` put behind it (its Sign.vue).
 */
export function signingLink(request: Request, at: Reference, here: { origin: string }): string {
  const back = `${here.origin}/signed`;
  const query = new URLSearchParams({ s: request.account, authority: request.authority });
  query.set("cb", base64Url(`${back}?id={{id}}`));
  if (at.flavor === "steem") query.set("redirect_uri", back);
  const operations = base64Url(JSON.stringify(request.operations));
  return `${SITES[at.flavor].origin}/sign/ops/${operations}?${query}`;
}

function base64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ".");
}
