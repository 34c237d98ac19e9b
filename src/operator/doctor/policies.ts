/** What the tenant demands of people, and what it lets them do past this service. */
import * as z from "zod";
import { OperatorRefusal } from "../../logto/operator-tenant.ts";
import { signInExperience } from "../../logto/sign-in-experience.ts";
import { type Check, ok, warn } from "./check.ts";

/** Logto Cloud has a list of disposable addresses that it does not publish. */
const disposable = z.object({ blockDisposableAddresses: z.boolean().default(false) });
const withDisposable = signInExperience.and(z.object({ emailBlocklistPolicy: disposable.prefault({}) }));

export const signInPolicies: Check = {
  name: "username policy and e-mail block list",
  needs: ["M2M credential"],
  advice:
    "Upgrade this service, or report what GET /api/sign-in-exp of this Logto holds: changes of usernames and e-mails are answered 502.",
  async look(visit) {
    const { usernamePolicy, emailBlocklistPolicy: emails } = await (await visit.tenant()).call(
      "getSignInExperience",
      {},
      withDisposable,
    );
    const said = `usernames of ${usernamePolicy.minLength} to ${usernamePolicy.maxLength} characters; ${emails.customBlocklist.length} blocked and ${emails.customAllowlist.length} allowed patterns of e-mail addresses`;
    return emails.blockDisposableAddresses
      ? warn(
          `${said}; disposable addresses are blocked by a list that Logto Cloud does not publish, and this service cannot apply it`,
          "Put the domains that matter to you into the block list itself.",
        )
      : ok(said);
  },
};

/** `fields` names what can be read or edited; `Off` and `ReadOnly` change nothing. */
const accountCenter = z.object({
  enabled: z.boolean(),
  fields: z.record(z.string(), z.string().nullable()).default({}),
});

export const accountCenterOff: Check = {
  name: "account center",
  needs: ["M2M credential"],
  advice: "Look at the Account Center in the Logto Console.",
  async look(visit) {
    const found = await (await visit.tenant()).call("getAccountCenter", {}, accountCenter).catch((error) => {
      if (error instanceof OperatorRefusal && error.status === 404) return undefined;
      throw error;
    });
    if (!found?.enabled) return ok("off: people change their data here alone");
    const editable = Object.entries(found.fields)
      .filter(([, access]) => access === "Edit")
      .map(([name]) => name);
    if (editable.length === 0) return ok("on, and nothing can be edited there");
    return warn(
      `on: people can change ${editable.join(", ")} at Logto itself, without this service's step-up, rules and activity`,
      "Switch it off, or set these fields to read-only, in the Logto Console under Sign-in & account, Account center.",
    );
  },
};
