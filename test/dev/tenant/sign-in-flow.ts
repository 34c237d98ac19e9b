import { createHash, randomBytes } from "node:crypto";
import * as z from "zod";
import type { Tenant } from "../../../dev/tenant/tenant.ts";
import { Browser } from "./browser.ts";

/** Who signs in, and by what. */
export type Credentials = { type: "username" | "email" | "phone"; value: string; password: string };

const answerSchema = z.object({ verificationId: z.string().optional(), redirectTo: z.string().optional() });

/** A sign-in without a browser page: the calls of Logto's Experience API. */
export class SignInFlow {
  readonly #tenant: Pick<Tenant, "description" | "messages">;
  readonly browser: Browser;
  readonly verifier = randomBytes(32).toString("base64url");
  /** The OIDC URL to go on with, once the sign-in is submitted. */
  resumeUrl = "";
  verificationId = "";

  /** @param browser Default: a new one, without cookies. */
  constructor(tenant: Pick<Tenant, "description" | "messages">, browser?: Browser) {
    this.#tenant = tenant;
    this.browser = browser ?? new Browser(tenant.description.endpoint);
  }

  get challenge(): string {
    return createHash("sha256").update(this.verifier).digest("base64url");
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
    return this.browser.call("GET", `/oidc/auth?${query}`);
  }

  /** Step 2. */
  async start(): Promise<void> {
    await this.browser.call("PUT", "/api/experience", { interactionEvent: "SignIn" });
  }

  /** Step 3. */
  async verify({ type, value, password }: Credentials): Promise<Response> {
    const body = { identifier: { type, value }, password };
    const response = await this.browser.call("POST", "/api/experience/verification/password", body);
    const answer = answerSchema.parse(await response.clone().json());
    this.verificationId = answer.verificationId ?? "";
    return response;
  }

  /** Step 3 with a code instead of a password: it is sent, read and verified. */
  async verifyByCode({ type, value }: Omit<Credentials, "password">): Promise<Response> {
    const identifier = { type, value };
    const path = "/api/experience/verification/verification-code";
    const sent = await this.browser.call("POST", path, { identifier, interactionEvent: "SignIn" });
    const { verificationId = "" } = answerSchema.parse(await sent.json());
    this.verificationId = verificationId;
    const { code } = this.#tenant.messages(value) ?? {};
    return this.browser.call("POST", `${path}/verify`, { identifier, verificationId, code });
  }

  /** Step 4. */
  async identify(): Promise<Response> {
    const body = { verificationId: this.verificationId };
    return this.browser.call("POST", "/api/experience/identification", body);
  }

  /** Step 5. */
  async submit(): Promise<Response> {
    const response = await this.browser.call("POST", "/api/experience/submit");
    const answer = answerSchema.parse(await response.clone().json());
    this.resumeUrl = answer.redirectTo ?? "";
    return response;
  }

  /** Steps 6 and 7: on to consent, if there is anything to consent to. @returns where to go next. */
  async consent(): Promise<string> {
    const next = await this.browser.follow(this.resumeUrl);
    if (!next.startsWith("/consent")) return next;
    this.resumeUrl = await this.browser.follow(next);
    return this.resumeUrl;
  }

  /** Steps 6 to 8: follows redirects until they leave the tenant. @returns the authorization code. */
  async finish(from = this.resumeUrl): Promise<string> {
    const { endpoint } = this.#tenant.description;
    let next = new URL(from, endpoint);
    while (next.origin === endpoint) next = new URL(await this.browser.follow(next.href), endpoint);
    return next.searchParams.get("code") ?? "";
  }
}
