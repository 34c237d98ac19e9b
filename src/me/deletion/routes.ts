/** `/me/deletion`: the end of the account, asked for and cancelled. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { stringUpTo } from "../../fields/text.ts";
import type { Env } from "../../http/env.ts";
import { named } from "../../http/named.ts";
import { readHeaders, stepUpHeader } from "../../http/request-headers.ts";
import { accepted, instant, json, ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { cancelDeletion } from "./cancel-deletion.ts";
import { readDeletion, stateOf } from "./read-deletion.ts";
import { requestDeletion } from "./request-deletion.ts";

const tags: ["deletion"] = ["deletion"];

const state = named(
  "Deletion",
  z.object({
    askedAt: instant.nullable().meta({ description: "Null where nobody has asked for it." }),
    deletesAt: instant.nullable().meta({ description: "Until then it can be cancelled." }),
    heldFor: z.string().nullable().meta({
      description: "Why the team holds it back although its day has come, in its words.",
    }),
  }),
);

const confirmed = z.strictObject({
  confirm: stringUpTo(512).min(1).meta({
    description:
      "The username, e-mail address or phone number of the account, as the person typed it; of an account with none of them its id.",
  }),
});

const routes = (services: Services) => {
  const readRoute = protectedRoute(services, { scope: "profile:read" });
  const writeRoute = protectedRoute(services, { scope: "profile:write" });
  return {
    read: readRoute({
      method: "get",
      path: "/",
      operationId: "readDeletion",
      summary: "Ask whether the account is to be deleted, and when",
      tags,
      responses: ok("How it stands.", state),
    }),
    request: writeRoute(
      {
        method: "post",
        path: "/",
        operationId: "requestDeletion",
        summary: "Ask for the end of the account",
        description:
          "Until its day everything works on and it can be cancelled. Asking again changes nothing: the first date stays.",
        tags,
        request: { body: json(named("DeletionRequest", confirmed)) },
        responses: accepted("The account is deleted on that day.", state),
      },
      ["deletion_refused", "outcome_unknown"],
      stepUpHeader,
    ),
    cancel: writeRoute(
      {
        method: "delete",
        path: "/",
        operationId: "cancelDeletion",
        summary: "Keep the account",
        description: "Also where nobody has asked for its end.",
        tags,
        responses: ok("The account is kept.", state),
      },
      ["outcome_unknown"],
    ),
  };
};

export function deletionRoutes(services: Services) {
  const { read, request, cancel } = routes(services);
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(read, async (c) => {
      await services.logto.snapshots.get(c.get("caller").userId);
      return c.json(await readDeletion(services, c.get("caller")), 200);
    })
    .openapi(request, async (c) => {
      const { confirm } = c.req.valid("json");
      const { "Verification-Id": verificationId } = readHeaders(c.req.raw, stepUpHeader);
      return c.json(await requestDeletion(services, c.get("caller"), { confirm, verificationId }), 202);
    })
    .openapi(cancel, async (c) => {
      await cancelDeletion(services, c.get("caller"));
      return c.json(stateOf(undefined), 200);
    });
}
