import type { Context } from "hono";
import { nodeBindings } from "../http/bindings.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import { originOf, signInContextOf } from "../sign-in-context.ts";
import type { TenantContext } from "../tenant-context.ts";
import type { Interaction, Interactions, VerificationRecord } from "./interactions.ts";
import { interactionOf } from "./oidc-interaction.ts";
import type { Sentinel } from "./sentinel.ts";

/** What the routes of the Experience API share. */
export type Experience = { tenant: TenantContext; interactions: Interactions; sentinel: Sentinel };

/** One call of an interaction, and what it adds to its entry of the audit log. */
export type Step = {
  c: Context;
  uid: string;
  /** The id of the interaction, which Logto calls the session's. */
  jti: string;
  clientId: string;
  interaction: Interaction;
  logged: { payload?: Record<string, unknown>; verification?: VerificationRecord };
};

/**
 * A route of the Experience API. Its outcome is written to the audit log, with the state of the interaction.
 * @param name the end of the log key: `Interaction.SignIn.<name>`.
 * @param read reads the body; what it throws is not logged.
 */
export function step<Body>(
  experience: Experience,
  name: string,
  read: (c: Context) => Promise<Body>,
  run: (step: Step, body: Body) => Promise<Response> | Response,
): Handler {
  const { tenant, interactions } = experience;
  return async (c) => {
    const { uid, jti, params } = await interactionOf(c, tenant);
    const body = await read(c);
    const interaction = interactions.get(uid);
    const clientId = String(params.client_id);
    const current: Step = { c, uid, jti, clientId, interaction, logged: {} };
    try {
      const response = await run(current, body);
      log(tenant, name, current, { result: "Success" });
      return response;
    } catch (error) {
      if (error instanceof LogtoError) {
        const { code, data } = error;
        log(tenant, name, current, { result: "Error", error: { code, ...(data ? { data } : {}) } });
      }
      throw error;
    }
  };
}

/** For a route without a body. */
export async function noBody(): Promise<undefined> {
  return undefined;
}

type Outcome = { result: "Success" | "Error"; error?: Record<string, unknown> };

function log({ state, now }: TenantContext, name: string, current: Step, outcome: Outcome): void {
  const { c, interaction, clientId, logged } = current;
  const { incoming } = nodeBindings(c);
  const { userId, interactionEvent, verificationRecords } = interaction;
  const known = userId === undefined ? {} : { userId };
  const entry = {
    ...outcome,
    ...originOf(incoming),
    ...known,
    applicationId: clientId,
    ...logged,
    interaction: {
      ...known,
      interactionEvent,
      verificationRecords,
      mfa: {},
      profile: {},
      captcha: { skipped: false, verified: false },
      signInContext: signInContextOf(incoming),
    },
  };
  state.auditLog.add(`Interaction.${interactionEvent}.${name}`, structuredClone(entry), now());
}
