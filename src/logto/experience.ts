/** Signs people in by password through Logto's Experience API, with the code flow of the web application. */
import { base64url } from "jose";
import * as z from "zod";
import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { createBulkhead } from "./bulkhead.ts";
import { createFlowBrowser, type FlowBrowser } from "./flow-browser.ts";
import { NotAccepted } from "./signed-claims.ts";
import type { LogtoTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";
import type { Issued, WebApplication } from "./web-application.ts";
import { GrantEnded } from "./web-requests.ts";

/**
 * What became of a try. `browser_needed`: the password is right, and Logto wants more than that (a second factor, a
 * missing member of the profile, a captcha, an expired password), or wants another way of signing in.
 */
export type PasswordSignIn =
  | { outcome: "signed_in"; issued: Issued }
  | { outcome: "wrong" | "locked" | "suspended" | "browser_needed" };

export type Experience = {
  /**
   * Tries to sign somebody in. Logto's own rules apply: its lockout, second factors, suspension, log and webhooks.
   * @param email as the tenant spells it: Logto counts wrong tries by the spelling.
   * @param passwords the forms of one password, tried in turn.
   * @param payer who pays for it in the bulkhead.
   * @throws {UpstreamFailure} `sent` is "no" where no password was evaluated.
   */
  signIn(email: string, passwords: readonly string[], payer: string): Promise<PasswordSignIn>;
};

type ExperienceOptions = {
  logto: LogtoConfig;
  web: Pick<WebApplication, "authorizationUrl" | "exchange">;
  /** Logto leads there with the code. Nobody goes there. */
  redirectUri: string;
  platform: Platform;
  tuning: LogtoTuning;
};

type Refused = Exclude<PasswordSignIn, { outcome: "signed_in" }>["outcome"];

const path = "/api/experience";
const code = z.object({ code: z.string() });
const verified = z.object({ verificationId: z.string() });
const submitted = z.object({ redirectTo: z.url() });

/** Answers to one step, by their codes; any other code is unexpected. */
const refusals: Record<string, Refused> = {
  "session.invalid_credentials": "wrong",
  "user.user_not_exist": "wrong",
  "user.suspended": "suspended",
  "session.verification_blocked_too_many_attempts": "locked",
};

/** Creates the client. It sends nothing yet. */
export function createExperience(options: ExperienceOptions): Experience {
  const { logto, web, redirectUri, platform, tuning } = options;
  // Each sign-in costs Logto the hash of a password.
  const bulkhead = createBulkhead(tuning.bulkheads.small, tuning, {
    endpoint: "experience",
    metrics: platform.metrics,
  });

  const attempt = async (email: string, passwords: readonly string[]): Promise<PasswordSignIn> => {
    const browser = createFlowBrowser({ logto, platform, tuning });
    const flow = { state: random(16), verifier: random(32), nonce: random(16) };
    await open(browser, await web.authorizationUrl(flow, {}, false));
    const record = await verify(browser, email, passwords);
    if ("outcome" in record) return record;
    const identified = await browser.send("POST", `${path}/identification`, record);
    if (!identified.ok) return refusedAfter(identified);
    const answer = await browser.send("POST", `${path}/submit`);
    if (!answer.ok) return refusedAfter(answer);
    const { redirectTo } = parsed(submitted, await bodyOf(answer));
    const query = await browser.follow(redirectTo, redirectUri);
    return { outcome: "signed_in", issued: await web.exchange(query, flow).catch(notIssued) };
  };

  return { signIn: (email, passwords, payer) => bulkhead.run(payer, () => attempt(email, passwords)) };
}

/** Logto has just given the code: that it takes it no more, or issues what is not for it, is no fault of the person. */
function notIssued(error: unknown): never {
  if (error instanceof NotAccepted || error instanceof GrantEnded)
    throw new UpstreamFailure("upstream_invalid", { sent: "maybe" });
  throw error;
}

/** 256 bits are a verifier, the half of it a state or a nonce. */
const random = (bytes: number) => base64url.encode(crypto.getRandomValues(new Uint8Array(bytes)));

/** Begins an interaction. No password is known to Logto yet, so a failure evaluates none. */
async function open(browser: FlowBrowser, authorizationUrl: string): Promise<void> {
  try {
    await browser.send("GET", authorizationUrl);
    const begun = await browser.send("PUT", path, { interactionEvent: "SignIn" });
    if (!begun.ok) throw new UpstreamFailure("upstream_invalid", { sent: "no" });
  } catch (error) {
    if (!(error instanceof UpstreamFailure)) throw error;
    const { code: failure, outage, detail } = error;
    const retryAfter = detail.retryAfter === undefined ? {} : { retryAfter: detail.retryAfter };
    throw new UpstreamFailure(asUpstream(failure), { sent: "no", outage, ...retryAfter });
  }
}

const upstreamCode = z.enum(["upstream_invalid", "upstream_unavailable", "upstream_timeout"]);
const asUpstream = (failure: string) => upstreamCode.parse(failure);

/** Tries the forms of a password. @returns what identifies the person, or why not. */
async function verify(browser: FlowBrowser, value: string, passwords: readonly string[]) {
  let outcome: Refused = "wrong";
  for (const password of passwords) {
    const identifier = { type: "email", value };
    const answer = await browser.send("POST", `${path}/verification/password`, { identifier, password });
    const body = await bodyOf(answer);
    if (answer.ok) return parsed(verified, body);
    outcome = refusalIn(answer.status, body);
    if (outcome !== "wrong") break;
  }
  return { outcome } satisfies PasswordSignIn;
}

const refusedAfter = async (answer: Response): Promise<PasswordSignIn> => ({
  outcome: refusalIn(answer.status, await bodyOf(answer)),
});

/**
 * Only the code is read: a body may hold secrets of a connector.
 * @throws {UpstreamFailure} `upstream_invalid` for an answer that is none of this API's.
 */
function refusalIn(status: number, body: unknown): Refused {
  const { code: given = "" } = code.safeParse(body).data ?? {};
  const known = refusals[given];
  if (known !== undefined) return known;
  // What Logto wants beside the password it says with 422, a second factor with 403.
  if ((status === 422 || status === 403) && given !== "") return "browser_needed";
  throw new UpstreamFailure("upstream_invalid", { sent: "maybe", status });
}

const bodyOf = (answer: Response): Promise<unknown> => answer.json().catch(() => undefined);

function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const { data, success } = schema.safeParse(body);
  if (!success) throw new UpstreamFailure("upstream_invalid", { sent: "maybe" });
  return data;
}
