// Who has logged in, and who acts at present. Nothing here is secret: keys are elsewhere (vault.ts).

import { setCookie } from "../shell/cookie";
import { forgetDrafts } from "./drafts";
import type { Member, MethodId } from "./types";
import { burnWrappingKey, forgetKey, forgetOthers } from "./vault";

const LIST = "tartan.accounts";
const CURRENT = "tartan.account";
/** Tells the server whose pages `/wallet` and the like are; it proves nothing and opens nothing. */
const COOKIE = "tartan-account";
const MONTH = 30 * 24 * 3600;
const METHODS: MethodId[] = ["keychain", "redirect", "key", "demo"];
export const ACCOUNT_NAME = /^[a-z][a-z0-9-]*[a-z0-9](\.[a-z][a-z0-9-]*[a-z0-9])*$/;

/** Sent on `document` when somebody logs in, out, or another account is chosen. */
export const CHANGED = "t-account-changed";

/** All who have logged in, in that order. */
export function members(): Member[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(LIST) ?? "[]");
    return Array.isArray(list) ? list.filter(isMember) : [];
  } catch {
    return [];
  }
}

function isMember(value: unknown): value is Member {
  const member = value as Partial<Member> | null;
  return (
    typeof member?.name === "string" && ACCOUNT_NAME.test(member.name) && METHODS.includes(member.method as MethodId)
  );
}

/** Who acts at present. */
export function current(): Member | undefined {
  const name = localStorage.getItem(CURRENT);
  return members().find((member) => member.name === name);
}

/** Adds an account, or changes how it signs, and lets it act. */
export function logIn(member: Member): void {
  // whoever signs in another way now leaves no key behind
  if (member.method !== "key") forgetKey(member.name);
  const others = members().filter(({ name }) => name !== member.name);
  localStorage.setItem(LIST, JSON.stringify([...others, member]));
  switchTo(member.name);
}

/** Lets another account act. */
export function switchTo(name: string): void {
  localStorage.setItem(CURRENT, name);
  tellServer(name);
  document.dispatchEvent(new CustomEvent(CHANGED));
}

/** Removes an account with its keys; the first of the others acts then. */
export function logOut(name: string): void {
  forgetKey(name);
  forgetDrafts();
  const others = members().filter((member) => member.name !== name);
  localStorage.setItem(LIST, JSON.stringify(others));
  if (!others.some(({ method }) => method === "key")) void burnWrappingKey();
  if (localStorage.getItem(CURRENT) !== name) {
    document.dispatchEvent(new CustomEvent(CHANGED));
    return;
  }
  const next = others[0];
  if (next) {
    switchTo(next.name);
    return;
  }
  localStorage.removeItem(CURRENT);
  tellServer("");
  document.dispatchEvent(new CustomEvent(CHANGED));
}

/** Follows what another tab did: keys of those who were logged out there go here, too. */
export function followOtherTabs(): void {
  window.addEventListener("storage", ({ key }) => {
    if (key === LIST || key === null) forgetOthers(members().map(({ name }) => name));
  });
}

function tellServer(name: string): void {
  setCookie(COOKIE, name, name ? MONTH : 0);
}
