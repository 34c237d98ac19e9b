/** Can the tenant send codes, by e-mail and by text message? */

import { channelsOf, connectors, emailTemplates, isForCodes } from "../../logto/connectors.ts";
import type { OperatorTenant } from "../../logto/operator-tenant.ts";
import { OperatorRefusal } from "../../logto/operator-tenant.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const codesBy = (
  channel: "email" | "phone",
  words: { kind: string; connector: string; lost: string },
): Check => ({
  name: `codes by ${words.kind}`,
  needs: ["M2M credential"],
  advice: "Look at the connectors in the Logto Console.",
  async look(visit) {
    const tenant = await visit.tenant();
    const found = await tenant.call("listConnectors", {}, connectors);
    const { present, usable } = await channelsOf(found, () => hasEmailTemplate(tenant));
    if (usable.has(channel)) return ok("a connector can send a Generic message");
    if (present.has(channel))
      return fail(
        `the ${words.connector} connector has no template of usage type Generic, with which codes are sent`,
        "Add one to its templates in the Logto Console: the same text as for SignIn will do, with {{code}} in it.",
      );
    return warn(
      `the tenant has no ${words.connector} connector: ${words.lost}`,
      `Add one in the Logto Console under Connectors, or leave ${words.kind} out of what your page offers.`,
    );
  },
});

export const emailCodes = codesBy("email", {
  kind: "e-mail",
  connector: "e-mail",
  lost: "nobody can prove a new e-mail address, or themselves by the one they have",
});

export const textMessageCodes = codesBy("phone", {
  kind: "text message",
  connector: "SMS",
  lost: "nobody can prove a new phone number, or themselves by the one they have",
});

/** An older Logto has no such templates. */
async function hasEmailTemplate(tenant: OperatorTenant): Promise<boolean> {
  try {
    return (await tenant.call("listEmailTemplates", {}, emailTemplates)).some(isForCodes);
  } catch (error) {
    if (error instanceof OperatorRefusal && error.status === 404) return false;
    throw error;
  }
}
