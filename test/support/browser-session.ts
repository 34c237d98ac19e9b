/** The service with cookie sessions, and browsers that sign in to it through the dev tenant's own forms. */
import { randomBytes } from "node:crypto";
import { vi } from "vitest";
import { startTenant } from "../../dev/tenant/start-tenant.ts";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import { Browser } from "../dev/tenant/browser.ts";
import { useShared } from "./fixtures.ts";
import { type Answer, apiResource, type ServiceOptions, startService, type TestService } from "./service.ts";

export const publicUrl = "https://profile.example.test";
export const sessionCookie = "__Host-profile-session";

/** The settings of cookie sessions beside a tenant. */
export const sessionEnvironment = ({ description: { web } }: Tenant): Record<string, string> => ({
  LOGTO_APP_ID: web.appId,
  LOGTO_APP_SECRET: web.appSecret,
  COOKIE_KEYS: `test:${randomBytes(32).toString("base64")}`,
  PUBLIC_URL: publicUrl,
});

/** A tenant whose web application is this service. @param backchannelLogoutUri Default: one that nothing reaches. */
export const startWebTenant = (
  backchannelLogoutUri = `${publicUrl}/session/backchannel-logout`,
): Promise<Tenant> =>
  startTenant({
    port: 0,
    apiResource,
    passwordCost: 64,
    redirectUris: { web: `${publicUrl}/session/callback`, spa: "http://localhost:3000/callback" },
    backchannelLogoutUri,
  });

/**
 * The service with sessions and a tenant of its own, on one clock: the tenant's sessions and tokens follow `Date`, which
 * stands still here and is moved with `service.platform.advance`. Sockets and timers run on.
 * @param environment beyond the default.
 * @param options.sendsNotices as of `startService`.
 */
export const useSessionService = (
  environment: Record<string, string> = {},
  { sendsNotices = false }: Pick<ServiceOptions, "sendsNotices"> = {},
): TestService =>
  useShared(
    async () => {
      const tenant = await startWebTenant();
      const service = await startService({
        tenant,
        sendsNotices,
        environment: { ...sessionEnvironment(tenant), ...environment },
      });
      const { platform } = service;
      vi.useFakeTimers({ toFake: ["Date"], now: platform.now() });
      const advance = (milliseconds: number) => {
        platform.advance(milliseconds);
        vi.setSystemTime(platform.now());
      };
      return {
        ...service,
        platform: { ...platform, advance },
        async close() {
          vi.useRealTimers();
          await service.close();
          await tenant.close();
        },
      };
    },
    (service) => service.close(),
  );

type Reached = Pick<TestService, "url" | "tenant">;
export type Init = { method?: string; headers?: Record<string, string>; body?: string };

/** One browser: its cookies at the service, and its cookies at the tenant. */
export class ServiceBrowser {
  readonly cookies = new Map<string, string>();
  /** `Set-Cookie` as it came, of the last answer. */
  setCookies: string[] = [];
  readonly atTenant: Browser;
  url: string;
  readonly #endpoint: string;

  constructor({ url, tenant }: Reached) {
    this.url = url;
    this.#endpoint = tenant.description.endpoint;
    this.atTenant = new Browser(this.#endpoint);
  }

  /** Its session id. */
  get id(): string | undefined {
    return this.cookies.get(sessionCookie);
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Sends a request with its cookies. @param path a path, or a URL of the service. */
  async send(path: string, { method = "GET", headers = {}, body }: Init = {}): Promise<Answer> {
    const { pathname, search } = new URL(path, publicUrl);
    const response = await fetch(`${this.url}${pathname}${search}`, {
      method,
      redirect: "manual",
      headers: { ...(this.cookies.size > 0 ? { cookie: this.cookieHeader } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    this.setCookies = response.headers.getSetCookie();
    for (const cookie of this.setCookies) this.#keep(cookie);
    const text = await response.text();
    const isJson = text !== "" && response.headers.get("content-type")?.includes("json");
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** Navigates, as a link or an address does. */
  open(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, { headers: { accept: "text/html", "sec-fetch-mode": "navigate", ...headers } });
  }

  /** A script of this origin calls. */
  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const own = { "x-csrf": "1", "sec-fetch-site": "same-origin" };
    const origin = method === "GET" ? {} : { origin: publicUrl };
    const json = body === undefined ? {} : { "content-type": "application/json" };
    return this.send(path, {
      method,
      headers: { ...own, ...origin, ...json, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Sends a form of a page of this origin. */
  post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, {
      method: "POST",
      headers: {
        origin: publicUrl,
        "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
        ...headers,
      },
      body: new URLSearchParams(form).toString(),
    });
  }

  /** Begins a sign-in. @returns the URL at Logto to which it leads. */
  async depart(query: Record<string, string> = {}): Promise<string> {
    const answer = await this.open(`/session/sign-in?${new URLSearchParams(query)}`);
    if (answer.status !== 303) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
    return answer.headers.get("location") ?? "";
  }

  /** Signs in at Logto. @param from where the service has led to. @returns the callback to which Logto leads. */
  async pass(from: string, username: string, password = `${username}-password-1`): Promise<string> {
    const { atTenant } = this;
    let next = new URL(from);
    for (let steps = 0; next.origin === this.#endpoint && steps < 12; steps++) {
      const location = await atTenant.follow(next.href);
      if (location.startsWith("/sign-in")) next = new URL(await this.#fillIn(username, password));
      else next = new URL(location === "" ? await this.#changePerson(next) : location, this.#endpoint);
    }
    return next.href;
  }

  /** The whole way. @returns the answer to the callback. */
  async signIn(username: string, query: Record<string, string> = {}): Promise<Answer> {
    return this.open(await this.pass(await this.depart(query), username));
  }

  /** The sign-in page's own calls. @returns where it leads. */
  async #fillIn(username: string, password: string): Promise<string> {
    const path = "/api/experience";
    const call = async (method: string, suffix: string, body?: unknown) => {
      const response = await this.atTenant.call(method, `${path}${suffix}`, body);
      const text = await response.text();
      if (!response.ok) throw new Error(`the sign-in page got ${response.status}: ${text}`);
      return text === "" ? {} : JSON.parse(text);
    };
    await call("PUT", "", { interactionEvent: "SignIn" });
    const identifier = { type: "username", value: username };
    const { verificationId } = await call("POST", "/verification/password", { identifier, password });
    await call("POST", "/identification", { verificationId });
    return String((await call("POST", "/submit")).redirectTo);
  }

  /** Logto's page between two people in one browser: a form that its script posts. */
  async #changePerson(page: URL): Promise<string> {
    const text = await (await this.atTenant.send(page.href)).text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(text)?.[1];
    const action = /action="([^"]+)"/.exec(text)?.[1];
    if (xsrf === undefined || action === undefined) throw new Error(`no way on from ${page.pathname}`);
    const response = await this.atTenant.post(action, { xsrf, logout: "yes" });
    await response.body?.cancel();
    return response.headers.get("location") ?? "";
  }

  #keep(cookie: string): void {
    const [pair = "", ...attributes] = cookie.split("; ");
    const [name = "", ...value] = pair.split("=");
    if (attributes.includes("Max-Age=0")) this.cookies.delete(name);
    else this.cookies.set(name, value.join("="));
  }
}

/** A browser that has signed in. */
export async function signedInBrowser(service: Reached, username: string): Promise<ServiceBrowser> {
  const browser = new ServiceBrowser(service);
  const { status, text } = await browser.signIn(username);
  if (status !== 303 || browser.id === undefined) throw new Error(`the callback answered ${status}: ${text}`);
  return browser;
}
