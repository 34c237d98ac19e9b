/** Proof that a request on a cookie comes from a page of this origin: browsers add cookies to anybody's requests. */
import { Refusal } from "../problem.ts";
import type { CookieKeys, FormOwner } from "./keys.ts";

/** The header by which a script says that it is one. No form can send it, and no page of another origin may. */
const scriptHeader = "x-csrf";

export const isScript = ({ headers }: Request): boolean => headers.get(scriptHeader) === "1";

/**
 * Requires that a script of this origin makes the call, also if it only reads.
 * @throws {Refusal} `csrf`.
 */
export function requireScript(request: Request, publicUrl: string): void {
  if (!isScript(request)) throw new Refusal("csrf");
  requireOwnOrigin(request, publicUrl);
}

/**
 * Requires that nothing in a request names another origin than that of `PUBLIC_URL`. Host is not asked: whoever sends the
 * request chooses it. A request that changes something must name its origin, as all browsers do.
 * @throws {Refusal} `csrf`.
 */
export function requireOwnOrigin({ method, headers }: Request, publicUrl: string): void {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  const changes = method !== "GET" && method !== "HEAD";
  if (origin === null ? changes : origin !== new URL(publicUrl).origin) throw new Refusal("csrf");
  if (site !== null && site !== "same-origin") throw new Refusal("csrf");
}

/**
 * Requires that the page of a form was made for this session of this person: a tab may outlive both.
 * @throws {Refusal} `csrf`.
 */
export async function requireFormToken(
  keys: Pick<CookieKeys, "formOwner">,
  { ref, userId }: FormOwner,
  token: string,
): Promise<void> {
  const owner = await keys.formOwner(token);
  if (owner?.ref !== ref || owner.userId !== userId) throw new Refusal("csrf");
}
