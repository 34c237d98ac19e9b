/** Can the service use the Management API, for how long, and may it do more than it needs? */
import * as z from "zod";
import type { Secret } from "../../config.ts";
import type { OperatorTenant } from "../../logto/operator-tenant.ts";
import { listSecrets } from "../secrets.ts";
import { type Check, fail, type Outcome, ok, warn } from "./check.ts";

export const credential: Check = {
  name: "M2M credential",
  needs: ["tenant"],
  advice: "Run `npm run seed:m2m` with the operator's credential: it writes one that works.",
  async look(visit) {
    const tenant = await visit.tenant();
    await tenant.call("listUsers", { query: { page: "1", page_size: "1" } }, z.array(z.unknown()));
    return ok(`application ${visit.config().logto.m2m.appId} has the scope \`all\``);
  },
};

export const m2mSecret: Check = {
  name: "M2M secret",
  needs: ["M2M credential"],
  advice: "Run `npm run seed:m2m -- --rotate`, then restart the service.",
  async look(visit) {
    const { appId, appSecret } = visit.config().logto.m2m;
    const found = await findSecret(await visit.tenant(), appId, appSecret);
    // It works, or the check before would have failed: an older Logto keeps a single secret elsewhere.
    return found ? lifeOutcome(found, visit.platform.now(), this.advice) : ok("the secret does not end");
  },
};

export const tokenExchange: Check = {
  name: "token exchange",
  needs: ["M2M credential"],
  advice: "Check what the role of the service's application grants.",
  async look(visit) {
    const { logto, session } = visit.config();
    const tenant = await visit.tenant();
    const ids = session ? [logto.m2m.appId, session.appId] : [logto.m2m.appId];
    const exchanging = (await Promise.all(ids.map((id) => mayExchange(tenant, id)))).filter(Boolean);
    if (exchanging.length === 0) return ok("not allowed, and not needed");
    if (visit.development) return ok("allowed, for `npm run token` in development");
    return warn(
      `${exchanging.join(" and ")} may exchange tokens, and so act as any person`,
      "Only `npm run token` needs that. In production switch it off, in the Logto Console under the application's settings (token exchange).",
    );
  },
};

const application = z.object({
  name: z.string(),
  customClientMetadata: z.looseObject({ allowTokenExchange: z.boolean().nullish() }).nullish(),
});

/** @returns the application's name if it may; undefined if it may not, or does not exist. */
async function mayExchange(tenant: OperatorTenant, id: string): Promise<string | undefined> {
  const { name, customClientMetadata } = await tenant.call("getApplication", { parts: { id } }, application);
  return customClientMetadata?.allowTokenExchange ? name : undefined;
}

/** Compares with every secret that the tenant holds of an application. `expiresAt` in epoch milliseconds. */
export async function findSecret(tenant: OperatorTenant, id: string, secret: Secret) {
  const held = await listSecrets(tenant, { id });
  return held.find(({ value }) => value === secret.reveal());
}

const dayMs = 86_400_000;

/** Says how long a secret still works. */
export function lifeOutcome(
  { expiresAt }: { expiresAt?: number | null | undefined },
  now: number,
  advice: string,
): Outcome {
  if (!expiresAt) return ok("the secret does not end");
  const days = Math.floor((expiresAt - now) / dayMs);
  if (expiresAt <= now) return fail("the secret has ended", advice);
  return days < 14 ? warn(`the secret ends in ${days} days`, advice) : ok(`the secret ends in ${days} days`);
}
