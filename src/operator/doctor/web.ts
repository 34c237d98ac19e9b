/** Cookie sessions: does the tenant's web application know this service? */
import * as z from "zod";
import { addresses } from "../web-application.ts";
import { type Check, fail, ok, skipped } from "./check.ts";
import { findSecret, lifeOutcome } from "./credential.ts";

const seed = "Run `npm run seed:m2m -- --web` with the operator's credential: it adds what is missing.";

const application = z.object({
  type: z.string(),
  oidcClientMetadata: z.object({
    redirectUris: z.array(z.string()).default([]),
    postLogoutRedirectUris: z.array(z.string()).default([]),
    backchannelLogoutUri: z.string().nullish(),
    backchannelLogoutSessionRequired: z.boolean().nullish(),
  }),
});

type Metadata = z.infer<typeof application>["oidcClientMetadata"];

export const webApplication: Check = {
  name: "web application",
  needs: ["M2M credential"],
  advice: `${seed} Or set LOGTO_APP_ID to the tenant's web application.`,
  async look(visit) {
    const { session, publicUrl } = visit.config();
    if (!session) return skipped("LOGTO_APP_ID is not set: there are no cookie sessions");
    const tenant = await visit.tenant();
    const { type, oidcClientMetadata } = await tenant.call(
      "getApplication",
      { parts: { id: session.appId } },
      application,
    );
    if (type !== "Traditional")
      return fail(`LOGTO_APP_ID is an application of type ${type}, and no traditional web application`, seed);
    const missing = missingAddresses(oidcClientMetadata, publicUrl);
    if (missing.length > 0) return fail(`it lacks ${missing.join(", ")}`, seed);
    const secret = await findSecret(tenant, session.appId, session.appSecret);
    if (!secret) return fail("LOGTO_APP_SECRET is none of its secrets: nobody can sign in", seed);
    const { status, said } = lifeOutcome(secret, visit.platform.now(), seed);
    const addressed = `knows ${publicUrl}; ${said}`;
    return status === "ok" ? ok(addressed) : { status, said: addressed, advice: seed };
  },
};

function missingAddresses(held: Metadata, publicUrl: string): string[] {
  const own = addresses(publicUrl);
  const redirects = own.redirectUris.filter((uri) => !held.redirectUris.includes(uri));
  const logouts = own.postLogoutRedirectUris.filter((uri) => !held.postLogoutRedirectUris.includes(uri));
  const isCalledBack = held.backchannelLogoutUri === own.backchannelLogoutUri;
  return [
    ...redirects.map((uri) => `the redirect URI ${uri}`),
    ...logouts.map((uri) => `the post-logout redirect URI ${uri}`),
    ...(isCalledBack ? [] : [`the back-channel logout URI ${own.backchannelLogoutUri}`]),
    ...(held.backchannelLogoutSessionRequired
      ? []
      : ["the setting that back-channel logout needs the session"]),
  ];
}
