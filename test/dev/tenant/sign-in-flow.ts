import { createHash, randomBytes } from "node:crypto";
import * as z from "zod";
import type { Tenant } from "../../../dev/tenant/tenant.ts";

/** Who signs in, and by what. */
export type Credentials = { type: "username" | "email" | "phone"; value: string; password: string };

const answerSchema = z.object({ verificationId: z.string().optional(), redirectTo: z.string().optional() });

/** A browserless sign-in: the calls of Logto's Experience API, with a cookie jar of its own. */
export class SignInFlow {
  readonly #tenant: Tenant;
  readonly #jar = new Map<string, string>();
  readonly verifier = randomBytes(32).toString("base64url");
  /** The OIDC URL to go on with, once the sign-in is submitted. */
  resumeUrl = "";
  verificationId = "";

  constructor(tenant: Tenant) {
    this.#tenant = tenant;
  }

  get challenge(): string {
    return createHash("sha256").update(this.verifier).digest("base64url");
  }

  /** The Cookie header. @param without names to leave out. */
  cookies(without: string[] = []): string {
    const sent = [...this.#jar].filter(([name]) => !without.includes(name));
    return sent.map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Step 1: asks for authorization. @param params changes to the request; `null` leaves one out. */
  async authorize(params: Record<string, string | null> = {}): Promise<Response> {
    const { web, apiResource } = this.#tenant.description;
    const request = {
      client_id: web.appId,
      redirect_uri: web.redirectUri,
      response_type: "code",
      scope: "openid offline_access profile email phone profile:read profile:write",
      resource: apiResource,
      prompt: "consent",
      state: "a-state",
      code_challenge: this.challenge,
      code_challenge_method: "S256",
      ...params,
    };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(request)) if (value !== null) query.set(name, value);
    return this.call("GET", `/oidc/auth?${query}`);
  }

  /** Step 2. */
  async start(): Promise<void> {
    await this.call("PUT", "/api/experience", { interactionEvent: "SignIn" });
  }

  /** Step 3. */
  async verify({ type, value, password }: Credentials): Promise<Response> {
    const body = { identifier: { type, value }, password };
    const response = await this.call("POST", "/api/experience/verification/password", body);
    const answer = answerSchema.parse(await response.clone().json());
    this.verificationId = answer.verificationId ?? "";
    return response;
  }

  /** Step 4. */
  async identify(): Promise<Response> {
    return this.call("POST", "/api/experience/identification", { verificationId: this.verificationId });
  }

  /** Step 5. */
  async submit(): Promise<Response> {
    const response = await this.call("POST", "/api/experience/submit");
    const answer = answerSchema.parse(await response.clone().json());
    this.resumeUrl = answer.redirectTo ?? "";
    return response;
  }

  /** Steps 6 and 7: on to consent, if there is anything to consent to. @returns where to go next. */
  async consent(): Promise<string> {
    const next = await this.#follow(this.resumeUrl);
    if (!next.startsWith("/consent")) return next;
    this.resumeUrl = await this.#follow(next);
    return this.resumeUrl;
  }

  /** Steps 6 to 8. @returns the authorization code. */
  async finish(): Promise<string> {
    let next = await this.consent();
    if (!next.startsWith(this.#tenant.description.web.redirectUri)) next = await this.#follow(next);
    return new URL(next).searchParams.get("code") ?? "";
  }

  /** A call with the jar's cookies, whose redirects are not followed. */
  async call(method: string, path: string, body?: unknown): Promise<Response> {
    const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return this.#send(path, { method, ...(body === undefined ? {} : json) });
  }

  /** A form posted with the jar's cookies. */
  async post(path: string, form: Record<string, string>): Promise<Response> {
    return this.#send(path, { method: "POST", body: new URLSearchParams(form) });
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("cookie", this.cookies());
    const url = new URL(path, this.#tenant.description.endpoint);
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    return response;
  }

  async #follow(url: string): Promise<string> {
    const response = await this.call("GET", url);
    await response.body?.cancel();
    return response.headers.get("location") ?? "";
  }

  #keep(cookie: string): void {
    const [pair = ""] = cookie.split(";");
    const [name = "", ...value] = pair.split("=");
    if (value.join("=") === "") this.#jar.delete(name);
    else this.#jar.set(name, value.join("="));
  }
}
