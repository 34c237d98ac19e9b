/** Entries of the tenant's audit log, in the form in which a real tenant has them. */
import type { TestService } from "./service.ts";

type Extra = Record<string, unknown>;

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/**
 * Adds an entry about a person, as old as `agoMs` says.
 * @param extra members of its payload beside those of a sign-in by password.
 */
export function logged(
  { tenant, platform, userId }: TestService,
  username: string,
  { step = "Submit", agoMs = 0, ...extra }: { step?: string; agoMs?: number } & Extra = {},
): void {
  const interaction = {
    interactionEvent: "SignIn",
    verificationRecords: [{ id: "record", type: "Password", verified: true }],
  };
  tenant.state.auditLog.add(
    `Interaction.SignIn.${step}`,
    {
      result: "Success",
      userId: userId(username),
      applicationId: tenant.description.web.appId,
      ip: "203.0.113.77",
      userAgent: firefox,
      interaction,
      ...extra,
    },
    platform.now() - agoMs,
  );
}
