/** `/me/sessions`: where somebody is signed in, and the end of that. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import type { Env } from "../../http/env.ts";
import { named } from "../../http/named.ts";
import { readHeaders, stepUpHeader } from "../../http/request-headers.ts";
import { instant, noContent, ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { endOtherSessions } from "./end-other-sessions.ts";
import { endSession } from "./end-session.ts";
import { listSessions } from "./list-sessions.ts";

const place = z.object({ country: z.string().nullable(), city: z.string().nullable() });
const item = z.object({
  ref: z.string().meta({ description: "For the path of the call that ends it." }),
  current: z.boolean().meta({ description: "The session of this call; never with an access token." }),
  browser: z.string().nullable(),
  system: z.string().nullable(),
  reportedPlace: place.nullable().meta({
    description: "As the request said that signed in. Anybody can say anything there.",
  }),
  begunAt: instant.nullable(),
  lastSeenAt: instant.nullable().meta({ description: "Where a session of this service is part of it." }),
  expiresAt: instant.nullable(),
  applications: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
});
const list = named(
  "SessionList",
  z.object({
    items: z.array(named("SessionItem", item)),
    complete: z.boolean().meta({ description: "False where Logto lists sessions that cannot be read." }),
  }),
);
const ended = named(
  "EndedSessions",
  z.object({
    endedSessions: z.int().meta({ description: "How many there were beside the own. They have ended here." }),
    currentKept: z.boolean().meta({
      description: "False with an access token: no session is known to be the caller's, so all end.",
    }),
    complete: z.boolean().meta({
      description: "Whether all of them have ended at Logto, too; it is asked again until they have.",
    }),
  }),
);

const routes = (services: Services) => {
  const writeRoute = protectedRoute(services, { scope: "profile:write" });
  return {
    list: protectedRoute(services, { scope: "profile:read" })({
      method: "get",
      path: "/",
      operationId: "listSessions",
      summary: "List where the person is signed in",
      tags: ["sessions"],
      responses: ok("The own session first, then the newest.", list),
    }),
    endOthers: writeRoute(
      {
        method: "delete",
        path: "/",
        operationId: "endOtherSessions",
        summary: "End all sessions but this one",
        description:
          "Also revokes what was granted to applications elsewhere. Access tokens live on until they expire.",
        tags: ["sessions"],
        responses: ok("They have ended.", ended),
      },
      [],
      stepUpHeader,
    ),
    end: writeRoute(
      {
        method: "delete",
        path: "/{ref}",
        operationId: "endSession",
        summary: "End a session",
        description:
          "With what was granted in it; the own one without step-up. Access tokens live on until they expire.",
        tags: ["sessions"],
        request: { params: z.object({ ref: z.string() }) },
        responses: noContent("It has ended here. Logto is asked to end it until it has."),
      },
      ["not_found"],
      stepUpHeader,
    ),
  };
};

export function sessionListRoutes(services: Services) {
  const { list: listRoute, endOthers, end } = routes(services);
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) => c.json(await listSessions(services, c.get("caller")), 200))
    .openapi(endOthers, async (c) => {
      const { "Verification-Id": verificationId } = readHeaders(c.req.raw, stepUpHeader);
      return c.json(await endOtherSessions(services, c.get("caller"), verificationId), 200);
    })
    .openapi(end, async (c) => {
      const { "Verification-Id": verificationId } = readHeaders(c.req.raw, stepUpHeader);
      await endSession(services, c.get("caller"), { ref: c.req.valid("param").ref, verificationId });
      return c.body(null, 204);
    });
}
