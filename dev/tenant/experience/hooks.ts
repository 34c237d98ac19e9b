import { showUser } from "../api/user-schema.ts";
import { nodeBindings } from "../http/bindings.ts";
import type { User } from "../store/users.ts";
import type { TenantContext } from "../tenant-context.ts";
import type { Identifier } from "./interactions.ts";
import type { Step } from "./step.ts";

/** Tells what an interaction led to. It is sent before any token is issued. */
export function sendInteractionHook(
  event: "PostSignIn" | "PostRegister" | "PostResetPassword",
  tenant: TenantContext,
  current: Step,
  user: User,
): void {
  const { hasPassword: _hasPassword, ...shown } = showUser(user);
  tenant.webhooks.trigger(event, {
    ...describe(tenant, current),
    userId: user.id,
    userIp: addressOf(current),
    user: shown,
  });
}

/** Sends `Identifier.Lockout`: there were too many wrong tries for an identifier. */
export function sendLockout(tenant: TenantContext, current: Step, identifier: Identifier): void {
  tenant.webhooks.trigger("Identifier.Lockout", {
    ...describe(tenant, current),
    ip: addressOf(current),
    applicationId: current.clientId,
    type: identifier.type,
    value: identifier.value,
  });
}

function describe({ state }: TenantContext, { c, interaction, jti, clientId }: Step) {
  const { id, type, name, description } = state.applications.get(clientId);
  return {
    interactionEvent: interaction.interactionEvent,
    sessionId: jti,
    userAgent: c.req.header("user-agent"),
    application: { id, type, name, description },
  };
}

function addressOf({ c }: Step): string | undefined {
  return nodeBindings(c).incoming.socket.remoteAddress;
}
