/** Do events from Logto arrive, and are they believed? */
import * as z from "zod";
import { Secret } from "../../config.ts";
import { signWebhook, verifyWebhookSignature } from "../../logto/webhooks.ts";
import { askService } from "./ask-service.ts";
import { type Check, fail, ok, skipped, warn } from "./check.ts";
import type { Visit } from "./visit.ts";

const hook = z.object({
  events: z.array(z.string()).nullish(),
  event: z.string().nullish(),
  config: z.object({ url: z.string() }),
  signingKey: z.string(),
  enabled: z.boolean().default(true),
});

type Hook = z.infer<typeof hook>;

const create =
  "Create it in the Logto Console under Webhooks, put its signing key into LOGTO_WEBHOOK_SIGNING_KEY and restart: docs/operating.md, The webhook.";

export const webhook: Check = {
  name: "webhook",
  needs: ["M2M credential"],
  advice: "Look at the webhooks in the Logto Console.",
  async look(visit) {
    const { publicUrl, webhookSigningKey: key, session } = visit.config();
    const url = addressOf(publicUrl);
    const ours = await findHooks(visit);
    if (ours.length === 0) {
      const lost = "deleted people are not erased here, and a suspension takes PROFILE_CACHE_SECONDS";
      return warn(`the tenant sends no events to ${url}: ${lost}`, create);
    }
    if (!key)
      return fail(
        `the tenant sends events to ${url}, and LOGTO_WEBHOOK_SIGNING_KEY is not set: they are answered 404`,
        "Put the signing key of that webhook into LOGTO_WEBHOOK_SIGNING_KEY and restart.",
      );
    const wrong = await Promise.all(ours.map(async (one) => !(await isBelieved(one, key))));
    if (wrong.includes(true))
      return fail(
        "an event that is signed with the tenant's key is refused: LOGTO_WEBHOOK_SIGNING_KEY is another key",
        "Copy the signing key from the page of the webhook in the Logto Console, and restart.",
      );
    const missing = eventsFor(session !== undefined).filter(
      (wanted) => !ours.some((one) => sends(one, wanted)),
    );
    return missing.length === 0
      ? ok("its events are signed with the key that this service has")
      : warn(
          `it does not send ${missing.join(", ")}`,
          "Add these events on the page of the webhook in the Logto Console.",
        );
  },
};

export const webhookDelivery: Check = {
  name: "webhook delivery",
  needs: ["webhook", "service"],
  advice: "Let the proxy hand POST requests for /webhooks/logto to the service.",
  async look(visit) {
    const [first] = await findHooks(visit);
    if (!first) return skipped("the tenant sends no events here");
    const body = testBody();
    const status = await postEvent(visit, body, await signWebhook(body, new Secret(first.signingKey)));
    if (status === 204) return ok("the service takes a test event that is signed with the tenant's key");
    const isOlder = status === 401 || status === 404;
    return fail(
      `the service answers ${status} to a test event that is signed with the tenant's key`,
      isOlder
        ? "It runs with an older configuration than the one that was looked at here: restart it."
        : this.advice,
    );
  },
};

const addressOf = (publicUrl: string) => `${publicUrl}/webhooks/logto`;

/** The tenant's webhooks to this service. */
async function findHooks(visit: Visit): Promise<Hook[]> {
  const all = await (await visit.tenant()).list("listHooks", {}, hook);
  const url = addressOf(visit.config().publicUrl);
  return all.filter(({ config, enabled }) => enabled && config.url === url);
}

/** What `src/webhooks/` uses; the last one only matters to cookie sessions. */
const eventsFor = (hasSessions: boolean) => [
  "User.Deleted",
  "User.Data.Updated",
  "User.SuspensionStatus.Updated",
  "PostSignIn",
  "Identifier.Lockout",
  ...(hasSessions ? ["PostResetPassword"] : []),
];

const sends = ({ events, event }: Hook, wanted: string) =>
  event === wanted || events?.includes(wanted) === true;

/** An event that the service does not use: it takes and ignores it. */
const testBody = () => new TextEncoder().encode(JSON.stringify({ event: "Test" }));

/** Signs a test as the tenant would, and verifies it as the service would. */
async function isBelieved({ signingKey }: Hook, key: Secret): Promise<boolean> {
  const body = testBody();
  return verifyWebhookSignature(body, await signWebhook(body, new Secret(signingKey)), key);
}

/** @returns the status of the answer. @throws {OperatorError} if there is none. */
async function postEvent(visit: Visit, body: Uint8Array<ArrayBuffer>, signature: string): Promise<number> {
  const { publicUrl } = visit.config();
  const headers = { "content-type": "application/json", "logto-signature-sha-256": signature };
  return (await askService(visit, addressOf(publicUrl), { method: "POST", headers, body })).status;
}
