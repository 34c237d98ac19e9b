/** How a notice goes out: as an event for a receiver of the team, or as a mail. */
import { ConfigError } from "../config.ts";
import { faultOf } from "../log.ts";
import type { MailOutcome } from "../platform.ts";
import type { Services } from "../services.ts";
import { composeMessage } from "./compose-message.ts";
import type { NoticeKind } from "./kinds.ts";
import type { NoticeContent } from "./notice.ts";
import { isTaken, sendEvent } from "./send-event.ts";

export type SendServices = Pick<Services, "config" | "platform">;

type Opened = { id: string; kind: NoticeKind; content: NoticeContent };

/** Sends a notice. It throws nothing. @returns what became of it; nothing of that names anybody. */
export async function sendNotice(services: SendServices, notice: Opened): Promise<MailOutcome> {
  const { config, platform } = services;
  const unsent = (fault: string) => ({ sent: false, tries: 1, fault }) as const;
  if (!config.notices) return unsent("not_configured");
  const { id, kind, content } = notice;
  const { subject, text } = composeMessage(services, kind, content);
  const { to, language, at, link } = content;
  if (config.notices.by === "mail") {
    const sendMail = platform.mailer?.(config.notices.smtp.reveal());
    if (!sendMail || to.email === null) return unsent("no_way");
    const from = config.notices.from ?? `no-reply@${new URL(config.publicUrl).hostname}`;
    return sendMail({ from, to: to.email, subject, text, language });
  }
  const data = { id, kind, to, language, subject, text, link, at: new Date(at).toISOString() };
  const event = { type: `notice.${kind}`, timestamp: data.at, data };
  try {
    const status = await sendEvent(services, config.notices, event, id);
    return isTaken(status) ? { sent: true } : { ...unsent("refused"), status };
  } catch (error) {
    return unsent(faultOf(error));
  }
}

/** @throws {ConfigError} where notices would be mails and the runtime sends none. */
export function requireWayOut({ config, platform }: SendServices): void {
  if (config.notices?.by === "mail" && !platform.mailer)
    throw new ConfigError([
      "SMTP_URL cannot be used on Workers, which send no mail: set NOTICES_URL for notices, and MEDUSA_RESET_URL for reset tokens",
    ]);
}
