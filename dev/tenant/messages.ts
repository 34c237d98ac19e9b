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

/** What a mailbox would hold: the last code and the last token of an address, and where a service sends its events. */
export function messageRoutes(routes: RouteTable, { state: { codes } }: TenantContext): void {
  routes
    .open("POST", "/dev/events", async (c) => {
      const { entity_id: to, token } = (await readBody(c, resetEvent)).data;
      codes.tokens.set(to, token);
      return noContent(c);
    })
    .open("GET", "/dev/messages", (c) => {
      const to = c.req.query("to") ?? "";
      const message = codes.lastMessage(to);
      const token = codes.tokens.get(to);
      if (message === undefined && token === undefined) throw new LogtoError(404, "dev.message_not_found");
      return answer(c, { ...message, ...(token === undefined ? {} : { token }) });
    });
}
