/** How the token of a forgotten password goes out: as an event for the shop's own mailer, or in a mail. */
import { ConfigError } from "../config.ts";
import type { JsonObject } from "../json.ts";
import { faultOf, logEvent } from "../log.ts";
import type { MedusaActor, ResetConfig } from "../medusa-settings.ts";
import { isTaken, sendEvent } from "../notices/send-event.ts";
import type { MailOutcome } from "../platform.ts";
import type { Services } from "../services.ts";
import { resetMail } from "./reset-mail.ts";

type Delivery = {
  actor: MedusaActor;
  address: string;
  token: string;
  metadata: JsonObject;
  /** What is known of the person's language, the best first. */
  locales: readonly unknown[];
};

/** Sends a token. The log says where that has failed, and not for whom. */
export type DeliverToken = (delivery: Delivery) => Promise<void>;

/** @throws {ConfigError} for mail on a runtime that sends none. */
export function createDelivery(services: Services, reset: ResetConfig): DeliverToken {
  const send = reset.by === "event" ? byEvent(services, reset) : byMail(services, reset);
  return async (delivery) => {
    const outcome = await send(delivery);
    if (outcome.sent) return;
    const { sent: _sent, ...failure } = outcome;
    logEvent(services.platform, "warn", "reset.not_sent", { by: reset.by, ...failure });
  };
}

type Send = (delivery: Delivery) => Promise<MailOutcome>;

const byEvent =
  (services: Services, receiver: Extract<ResetConfig, { by: "event" }>): Send =>
  async ({ actor, address, token, metadata }) => {
    const data = { entity_id: address, actor_type: actor, token, metadata };
    try {
      const event = { type: "auth.password_reset", data };
      const status = await sendEvent(services, receiver, event);
      return isTaken(status) ? { sent: true } : { sent: false, tries: 1, fault: "refused", status };
    } catch (error) {
      return { sent: false, tries: 1, fault: faultOf(error) };
    }
  };

function byMail(
  { platform, config }: Services,
  { link, smtp, from }: Extract<ResetConfig, { by: "mail" }>,
): Send {
  const sendMail = platform.mailer?.(smtp.reveal());
  if (!sendMail)
    throw new ConfigError([
      "SMTP_URL cannot be used on Workers, which send no mail: set MEDUSA_RESET_URL instead, or neither",
    ]);
  const sender = from ?? `no-reply@${new URL(config.publicUrl).hostname}`;
  return ({ address, token, locales }) =>
    sendMail({ from: sender, to: address, ...resetMail(link, token, locales) });
}
