import { LogtoError } from "./http/logto-error.ts";
import { hasTemplate } from "./store/connectors.ts";
import type { TemplateType } from "./store/email-templates.ts";
import type { TenantContext } from "./tenant-context.ts";

/** Where a code is sent to. */
export type Recipient = { type: "email" | "phone"; value: string };

/**
 * Creates a code for a recipient, and prints it instead of sending it.
 * @param scope the uid of the interaction that alone may use the code. Default: the Management API's codes.
 * @throws {LogtoError} 501 `connector.not_found`, 400 `connector.template_not_found`, 429 `request.message_rate_limited`.
 */
export function sendCode(tenant: TenantContext, to: Recipient, purpose: TemplateType, scope?: string): void {
  const { state, settings, now } = tenant;
  const connector = state.connectors.sender(to.type === "email" ? "Email" : "Sms");
  if (connector === undefined) throw new LogtoError(501, "connector.not_found");
  const ownTemplate = to.type === "email" && state.emailTemplates.has(purpose);
  if (!ownTemplate && !hasTemplate(connector, purpose))
    throw new LogtoError(400, "connector.template_not_found", {});
  tenant.deliver(state.codes.send({ to: to.value, scope }, purpose, now(), settings.codeSends));
}

/** Does as if a code was sent, so that nobody learns who has an account. */
export function withholdCode({ state, settings, now }: TenantContext, to: Recipient, scope: string): void {
  state.codes.create({ to: to.value, scope }, now(), settings.codeSends);
}
