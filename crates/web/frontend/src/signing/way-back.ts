// Where somebody was before another site signed for them. In the tab's storage: an address would be cut or changed on the
// way there and back.

const PLACE = "tartan.back";

/** Notes this page, to come back to. */
export function comeBackHere(): void {
  sessionStorage.setItem(PLACE, `${location.pathname}${location.search}`);
}

/** The page that was noted; a path of this site. */
export function wayBack(): string | undefined {
  const path = sessionStorage.getItem(PLACE) ?? "";
  return /^\/(?!\/|\\)/.test(path) ? path : undefined;
}
