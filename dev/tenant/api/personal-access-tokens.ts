import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import { param, type RouteTable } from "../http/route-table.ts";
import type { PersonalAccessToken } from "../store/personal-access-tokens.ts";
import type { TenantContext } from "../tenant-context.ts";

const tokenBody = z.object({ name: z.string().min(1).max(256), expiresAt: z.number().nullable().optional() });
const nameBody = z.object({ name: z.string().min(1).max(256) });

/** `/api/users/:id/personal-access-tokens`. Lists show the tokens themselves, as at Logto. */
export function personalAccessTokenRoutes(routes: RouteTable, { state, now }: TenantContext): void {
  const { users, personalAccessTokens: tokens } = state;
  const path = "/api/users/:userId/personal-access-tokens";
  const show = (token: PersonalAccessToken) => ({ tenantId: "default", ...token });
  routes
    .on("GET", path, (c) => answer(c, tokens.list(users.get(param(c, "userId")).id).map(show)))
    .on("POST", path, async (c) => {
      const { name, expiresAt = null } = await readBody(c, tokenBody);
      const userId = param(c, "userId");
      if (users.find(userId) === undefined) {
        throw new LogtoError(404, "entity.relation_foreign_key_not_found");
      }
      if (expiresAt !== null && expiresAt <= now()) throw new LogtoError(400, "request.invalid_input");
      return answer(c, show(tokens.insert({ userId, name, createdAt: now(), expiresAt })), 201);
    })
    .on("POST", `${path}/delete`, async (c) => {
      tokens.remove(param(c, "userId"), (await readBody(c, nameBody)).name);
      return noContent(c);
    })
    .on("PATCH", `${path}/:name`, async (c) => {
      const { name } = await readBody(c, nameBody);
      return answer(c, show(tokens.rename(param(c, "userId"), param(c, "name"), name)));
    })
    .on("DELETE", `${path}/:name`, (c) => {
      tokens.remove(param(c, "userId"), param(c, "name"));
      return noContent(c);
    });
}
