/** A browser without pages: it keeps cookies, and does not follow redirects. */
export class Browser {
  readonly #endpoint: string;
  readonly #headers: Record<string, string>;
  readonly #cookies = new Map<string, string>();

  /** @param headers are sent with every request. */
  constructor(endpoint: string, headers: Record<string, string> = {}) {
    this.#endpoint = endpoint;
    this.#headers = headers;
  }

  /** The Cookie header. @param without names to leave out. */
  cookies(without: string[] = []): string {
    const sent = [...this.#cookies].filter(([name]) => !without.includes(name));
    return sent.map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Sends a request with the cookies. @param url absolute, or a path of the tenant. */
  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ ...this.#headers, ...Object.fromEntries(new Headers(init.headers)) });
    if (!headers.has("cookie")) headers.set("cookie", this.cookies());
    const response = await fetch(new URL(url, this.#endpoint), { ...init, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    return response;
  }

  /** Sends a JSON body, or none. */
  call(method: string, path: string, body?: unknown): Promise<Response> {
    const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return this.send(path, { method, ...(body === undefined ? {} : json) });
  }

  /** Posts a form. */
  post(path: string, form: Record<string, string>): Promise<Response> {
    return this.send(path, { method: "POST", body: new URLSearchParams(form) });
  }

  /** @returns where the redirect leads to. */
  async follow(url: string): Promise<string> {
    const response = await this.send(url);
    await response.body?.cancel();
    return response.headers.get("location") ?? "";
  }

  #keep(cookie: string): void {
    const [pair = ""] = cookie.split(";");
    const [name = "", ...value] = pair.split("=");
    if (value.join("=") === "") this.#cookies.delete(name);
    else this.#cookies.set(name, value.join("="));
  }
}
