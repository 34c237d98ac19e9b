import * as z from "zod/v3";
import { answer, noContent } from "./http/answer.ts";
import { readBody } from "./http/body.ts";
import { LogtoError } from "./http/logto-error.ts";
import type { RouteTable } from "./http/route-table.ts";
import type { TenantContext } from "./tenant-context.ts";

const resetEvent = z.object({
  type: z.literal("auth.password_reset"),
  data: z.object({ entity_id: z.string(), token: z.string() }),
});

const noticeEvent = z.object({
  type: z.string().regex(/^notice\./),
  data: z.object({
    id: z.string(),
    kind: z.string(),
    to: z.object({ email: z.string().nullable(), phone: z.string().nullable() }),
    language: z.string(),
    subject: z.string(),
    text: z.string(),
    link: z.string().nullable(),
    at: z.string(),
  }),
});

/**
 * What a mailbox would hold: the last code and the last token of an address, and the notices that it got; and where a
 * service sends its events.
 */
export function messageRoutes(
  routes: RouteTable,
  { state: { codes, mailbox }, announce }: TenantContext,
): void {
  routes
    .open("POST", "/dev/events", async (c) => {
      const { data } = await readBody(c, z.union([resetEvent, noticeEvent]));
      if ("entity_id" in data) {
        codes.tokens.set(data.entity_id, data.token);
      } else {
        mailbox.deliver(data);
        announce(data);
      }
      return noContent(c);
    })
    .open("GET", "/dev/messages", (c) => {
      const to = c.req.query("to") ?? "";
      const message = codes.lastMessage(to);
      const token = codes.tokens.get(to);
      const notices = mailbox.noticesTo(to);
      if (message === undefined && token === undefined && notices.length === 0)
        throw new LogtoError(404, "dev.message_not_found");
      return answer(c, {
        ...message,
        ...(token === undefined ? {} : { token }),
        ...(notices.length === 0 ? {} : { notices }),
      });
    });
}
