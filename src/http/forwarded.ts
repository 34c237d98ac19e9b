/** The lists to which each proxy on the way appends the address it was called from, in the spellings that proxies use. */

/** @returns the hops of `X-Forwarded-For`, the nearest first. What names no address stays as it is. */
export const xForwardedForHops = (list: string): string[] => elementsFromRight(list).map(plainAddress);

/** @returns the hops of `Forwarded` (RFC 7239), the nearest first. A hop without `for` is empty. */
export const forwardedHops = (list: string): string[] =>
  elementsFromRight(list).map((element) => plainAddress(forOf(element)));

/**
 * The right end comes from our own proxies and is well-formed. The left end comes from the client: read from the right,
 * an open quote there hides nothing. Empty elements do not count (RFC 9110, section 5.6.1).
 */
function elementsFromRight(list: string): string[] {
  const elements: string[] = [];
  let quoted = false;
  let end = list.length;
  for (let at = list.length - 1; at >= -1; at -= 1) {
    if (list[at] === '"') quoted = !quoted;
    if (at >= 0 && (quoted || list[at] !== ",")) continue;
    const element = list.slice(at + 1, end).trim();
    if (element !== "") elements.push(element);
    end = at;
  }
  return elements;
}

/** The value of `for`; empty where an element has none, or more than one. */
function forOf(element: string): string {
  const values = element.split(";").flatMap((pair) => /^\s*for\s*=(.*)$/is.exec(pair)?.[1] ?? []);
  const [value = ""] = values;
  return values.length === 1 ? value : "";
}

/** Takes quotes, brackets and a port away: `"[2001:db8::1]:4711"`, `192.0.2.1:80`. A port may be obfuscated (`:_x`). */
function plainAddress(written: string): string {
  const text = written
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .trim();
  const [, inBrackets] = /^\[([^\]]*)\](?::[\w.-]+)?$/.exec(text) ?? [];
  if (inBrackets !== undefined) return inBrackets;
  const [, beforePort] = /^(.*\.\d+):[\w.-]+$/.exec(text) ?? [];
  return beforePort ?? text;
}
