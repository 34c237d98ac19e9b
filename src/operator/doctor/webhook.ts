/** Do events from Logto arrive, and are they believed? */
import * as z from "zod";
import { Secret } from "../../config.ts";
import { signWebhook, verifyWebhookSignature } from "../../logto/webhooks.ts";
import { type Check, fail, ok, warn } from "./check.ts";

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
    const url = `${publicUrl}/webhooks/logto`;
    const all = await (await visit.tenant()).list("listHooks", {}, hook);
    const ours = all.filter(({ config, enabled }) => enabled && config.url === url);
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

/** What `src/webhooks/` uses; the last one only matters to cookie sessions. */
const eventsFor = (hasSessions: boolean) => [
  "User.Deleted",
  "User.Data.Updated",
  "User.SuspensionStatus.Updated",
  ...(hasSessions ? ["PostResetPassword"] : []),
];

const sends = ({ events, event }: Hook, wanted: string) =>
  event === wanted || events?.includes(wanted) === true;

/** Signs a test as the tenant would, and verifies it as the service would. */
async function isBelieved({ signingKey }: Hook, key: Secret): Promise<boolean> {
  const body = new TextEncoder().encode(JSON.stringify({ event: "Test" }));
  return verifyWebhookSignature(body, await signWebhook(body, new Secret(signingKey)), key);
}
