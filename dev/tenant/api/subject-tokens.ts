import * as z from "zod/v3";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { RouteTable } from "../http/route-table.ts";
import { subjectTokenLifetime } from "../store/subject-tokens.ts";
import type { TenantContext } from "../tenant-context.ts";

/** `POST /api/subject-tokens`: creates a token that an application exchanges for a user's access token. */
export function subjectTokenRoutes(routes: RouteTable, { state, now }: TenantContext): void {
  routes.on("POST", "/api/subject-tokens", async (c) => {
    const body = z.object({ userId: z.string(), context: z.record(z.unknown()).optional() });
    const { userId } = await readBody(c, body);
    if (state.users.find(userId) === undefined) {
      throw new LogtoError(404, "entity.relation_foreign_key_not_found");
    }
    const subjectToken = state.subjectTokens.issue(userId, now());
    return answer(c, { subjectToken, expiresIn: subjectTokenLifetime }, 201);
  });
}
