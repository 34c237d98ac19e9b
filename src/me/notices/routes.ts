/** `/me/notices`: which messages about the account a person gets. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import type { Env } from "../../http/env.ts";
import { named } from "../../http/named.ts";
import { json, ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { chooseNotices } from "./choose-notices.ts";
import { readNoticeChoices } from "./read-notice-choices.ts";

const optionalKinds = z.strictObject({
  "details.revealed": z.boolean().meta({ description: "Masked details were shown." }),
  "sessions.ended": z.boolean().meta({ description: "Sessions were ended by the person." }),
  "applications.revoked": z.boolean().meta({ description: "An application lost its access." }),
});

const settings = named(
  "NoticeSettings",
  z.object({
    choices: optionalKinds.meta({ description: "Whether each of the optional kinds comes." }),
    always: z.array(z.string()).meta({ description: "The kinds that always come." }),
    active: z.boolean().meta({ description: "Whether this service sends notices at all." }),
  }),
);
const wishes = named("NoticeChoices", z.strictObject({ choices: optionalKinds.partial() }));

const readRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:read" })({
    method: "get",
    path: "/",
    operationId: "readNotices",
    summary: "Read which notices the person gets",
    tags: ["notices"],
    responses: ok("The optional kinds with the person's choice, and those that always come.", settings),
  });

const changeRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:write" })({
    method: "patch",
    path: "/",
    operationId: "updateNotices",
    summary: "Choose which optional notices the person gets",
    description: "What is not named stays. The person is told that the choice was changed.",
    tags: ["notices"],
    request: { body: json(wishes) },
    responses: ok("The settings afterwards.", settings),
  });

export function noticeRoutes(services: Services) {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(readRoute(services), async (c) => {
      await services.logto.snapshots.get(c.get("caller").userId);
      return c.json(await readNoticeChoices(services, c.get("caller")), 200);
    })
    .openapi(changeRoute(services), async (c) =>
      c.json(await chooseNotices(services, c.get("caller"), c.req.valid("json").choices), 200),
    );
}
