import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import * as z from "zod/v3";
import type { RecordedRequest } from "./request-log.ts";

/** What the listener passes to Hono with each request. The API stores the parsed body in `recorded`. */
export type ListenerBindings = HttpBindings & { recorded: RecordedRequest };

/** The Node request and response behind a Hono context; oidc-provider reads its cookies from them. */
export function nodeBindings(c: Context): ListenerBindings {
  return bindingsSchema.parse(c.env);
}

const bindingsSchema = z.custom<ListenerBindings>(
  (value) => typeof value === "object" && value !== null && "incoming" in value && "recorded" in value,
);
