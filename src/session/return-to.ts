/** Where a person goes on after a sign-in: a path of this origin, and never one of the sign-in itself. */

const longest = 1_024;
/** Printable ASCII without a backslash, which browsers read as a slash. */
const plain = /^\/[\x21-\x5b\x5d-\x7e]*$/;

/**
 * @param wanted the path that a page names, as its browser shows it: with the path prefix of `PUBLIC_URL`, if there is one.
 * @returns an absolute URL of this origin. Where `wanted` is none, the start.
 */
export function returnUrl(publicUrl: string, wanted: string | undefined): string {
  const { origin, pathname } = new URL(publicUrl);
  const start = `${publicUrl}/`;
  if (wanted === undefined || wanted.length > longest || !plain.test(wanted)) return start;
  if (wanted.startsWith("//") || !URL.canParse(wanted, origin)) return start;
  const url = new URL(wanted, origin);
  // Dots may have left two slashes at the beginning.
  if (url.origin !== origin || url.pathname.startsWith("//")) return start;
  return isOfSession(url.pathname, pathname.replace(/\/$/, "")) ? start : url.href;
}

/** Also where an escape or another case hides it: some proxies undo those. */
function isOfSession(pathname: string, prefix: string): boolean {
  const path = decoded(pathname).toLowerCase();
  return ["", prefix.toLowerCase()].some(
    (start) => path === `${start}/session` || path.startsWith(`${start}/session/`),
  );
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
