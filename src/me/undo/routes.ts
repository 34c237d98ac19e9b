/** `/me/undo`: what can be put back, and putting it back. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import type { Env } from "../../http/env.ts";
import type { IdempotencyServices } from "../../http/idempotency.ts";
import { named } from "../../http/named.ts";
import { readHeaders, stepUpHeader } from "../../http/request-headers.ts";
import { instant, json, ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Services } from "../../services.ts";
import { listUndo } from "./list-undo.ts";
import { undoChange } from "./undo-change.ts";

const fields = z.array(z.string()).meta({ description: "JSON pointers of the fields in the profile." });
const item = named(
  "UndoItem",
  z.object({
    ref: z.string(),
    fields,
    changedAt: instant,
    undoUntil: instant,
    needsStepUp: z.boolean(),
    requestId: z.string().meta({ description: "That of the change, as in the activity." }),
  }),
);
const list = named("UndoList", z.object({ items: z.array(item) }));
const undone = named(
  "Undone",
  z.object({
    fields,
    revokedSessions: z
      .int()
      .meta({ description: "Sessions that ended: only where an identifier is put back." }),
  }),
);
/** A call that changes something has a body, even if there is nothing to say. */
const nothing = named("Nothing", z.strictObject({}));
const undoLink = {
  operationId: "undoChange",
  parameters: { ref: "$response.body#/items/0/ref" },
  description: "Puts back what this change has replaced.",
};

const declarations = (services: IdempotencyServices) => ({
  list: protectedRoute(services, { scope: "profile:read" })({
    method: "get",
    path: "/",
    operationId: "listUndo",
    summary: "List the changes that can be undone",
    description:
      "Those of an e-mail address, a phone number or the username for seven days; those of other fields for one day, of each field the last. No values.",
    tags: ["undo"],
    responses: ok("The newest change first.", list, { links: { undoLink } }),
  }),
  undo: protectedRoute(services, { scope: "profile:write" })(
    {
      method: "post",
      path: "/{ref}",
      operationId: "undoChange",
      summary: "Undo a change",
      description:
        "An identifier is put back whatever it is now, needs a `Verification-Id`, and ends every other session and grant. Other fields are put back unless they have changed since.",
      tags: ["undo"],
      request: { params: z.object({ ref: z.string().max(64) }), body: json(nothing) },
      responses: ok("It is as it was.", undone),
    },
    [
      "not_found",
      "changed_since",
      "identifier_taken",
      "last_identifier",
      "validation_failed",
      "version_conflict",
      "outcome_unknown",
      "data_integrity",
    ],
    stepUpHeader,
  ),
});

export function undoRoutes(services: Services) {
  const { list, undo } = declarations(services);
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(list, async (c) => {
      await services.logto.snapshots.get(c.get("caller").userId);
      return c.json({ items: await listUndo(services, c.get("caller")) }, 200);
    })
    .openapi(undo, async (c) => {
      const { "Verification-Id": verificationId } = readHeaders(c.req.raw, stepUpHeader);
      const { ref } = c.req.valid("param");
      await services.logto.snapshots.get(c.get("caller").userId);
      return c.json(await undoChange(services, c.get("caller"), { ref, verificationId }), 200);
    });
}
