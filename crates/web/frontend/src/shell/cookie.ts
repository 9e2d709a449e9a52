// What this browser tells the server of its user's choices, in cookies.

/** Sets a cookie for this site and so many seconds, 0 to remove it. What stands in it must need no escaping. */
export function setCookie(name: string, value: string, seconds: number): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${seconds}; SameSite=Lax${secure}`;
  // browsers write it beside, and may ask for the next page before that; whoever reads waits until it is written
  cookie(name);
}

/** The value of a cookie; empty if there is none. */
export function cookie(name: string): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1) ?? "";
}
