/** Query parameters: only those that a route declares, each at most once. */
import { Refusal } from "../problem.ts";

/**
 * Requires that a URL's query has no other parameter than these, and none of them twice.
 * @throws {Refusal} `bad_request`.
 */
export function requireKnownQuery(url: string, names: readonly string[]): void {
  const start = url.indexOf("?");
  if (start === -1) return;
  const seen = new Set<string>();
  for (const name of new URLSearchParams(url.slice(start)).keys()) {
    if (seen.has(name) || !names.includes(name)) throw new Refusal("bad_request");
    seen.add(name);
  }
}
