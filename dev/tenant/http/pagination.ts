import type { Context } from "hono";
import { answer } from "./answer.ts";
import { LogtoError } from "./logto-error.ts";

const defaultSize = 20;
const maximalSize = 100;

/**
 * Answers one page of a list with `Total-Number` and `Link`.
 * @param items the whole list, in order.
 * @throws {LogtoError} `guard.invalid_pagination` for a page below 1 or a size outside 1 to 100.
 */
export function page<Item>(c: Context, items: Item[], show: (item: Item) => unknown): Response {
  const number = positive(c.req.query("page") ?? "1");
  const size = positive(c.req.query("page_size") ?? String(defaultSize));
  if (size > maximalSize) throw new LogtoError(400, "guard.invalid_pagination");
  const shown = items.slice((number - 1) * size, number * size).map(show);
  c.header("Total-Number", String(items.length));
  c.header("Link", links(c, number, Math.max(1, Math.ceil(items.length / size))));
  return answer(c, shown);
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new LogtoError(400, "guard.invalid_pagination");
  return value;
}

/** Logto's links lack the `/api` prefix, so these lack it too. */
function links(c: Context, number: number, last: number): string {
  const url = new URL(c.req.url);
  const targets: [string, number][] = [["first", 1]];
  if (number > 1) targets.push(["prev", number - 1]);
  targets.push(["last", last]);
  if (number < last) targets.push(["next", number + 1]);
  return targets
    .map(([relation, target]) => {
      const query = new URLSearchParams(url.search);
      query.set("page", String(target));
      return `<${url.origin}${url.pathname.replace(/^\/api/, "")}?${query}>; rel="${relation}"`;
    })
    .join(", ");
}
