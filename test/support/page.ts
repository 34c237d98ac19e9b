/** A page in a browser, as far as calls to other origins go (Fetch standard, "CORS protocol"). */

const safeMethods = ["GET", "HEAD", "POST"];
const safeTypes = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
const safeHeaders = ["accept", "accept-language", "content-language"];
const readableHeaders = ["cache-control", "content-language", "content-length", "content-type", "expires"];

const listOf = (value: string | null) => (value ?? "").split(",").map((item) => item.trim().toLowerCase());

function needsPermission([name, value]: [string, string]): boolean {
  if (name === "content-type") return !safeTypes.includes(value.split(";")[0] ?? "");
  return !safeHeaders.includes(name);
}

/**
 * Opens a page.
 * @returns its `fetch`: it asks first where a browser would, and hands on what the page may read.
 * @throws {TypeError} where the browser would: the other origin does not let the page call, or not like this.
 */
export function openPage(origin: string) {
  return async (url: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    const method = init.method ?? "GET";
    const asked = [...headers].filter(needsPermission).map(([name]) => name);
    if (asked.length > 0 || !safeMethods.includes(method)) await askFirst(url, origin, method, asked);
    headers.set("Origin", origin);
    const response = await fetch(url, { ...init, headers });
    requireOrigin(response, origin);
    const exposed = [...readableHeaders, ...listOf(response.headers.get("access-control-expose-headers"))];
    const readable = [...response.headers].filter(([name]) => exposed.includes(name));
    return new Response(await response.text(), { status: response.status, headers: readable });
  };
}

async function askFirst(url: string, origin: string, method: string, names: string[]): Promise<void> {
  const headers = {
    Origin: origin,
    "Access-Control-Request-Method": method,
    ...(names.length > 0 ? { "Access-Control-Request-Headers": names.sort().join(",") } : {}),
  };
  const response = await fetch(url, { method: "OPTIONS", headers });
  requireOrigin(response, origin);
  const methods = [
    ...safeMethods,
    (response.headers.get("access-control-allow-methods") ?? "").split(/, */),
  ].flat();
  const allowed = listOf(response.headers.get("access-control-allow-headers"));
  const missing = names.filter((name) => !allowed.includes(name));
  if (!response.ok || !methods.includes(method) || missing.length > 0) {
    throw new TypeError(`${url} does not take ${method} with ${missing.join(", ")} from ${origin}`);
  }
}

function requireOrigin({ headers }: Response, origin: string): void {
  const allowed = headers.get("access-control-allow-origin");
  if (allowed !== origin && allowed !== "*") throw new TypeError(`${origin} may not read the answer`);
}
