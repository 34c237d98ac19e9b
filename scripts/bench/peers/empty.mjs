/** The most that Hono can do on Node: one route that does nothing, with the headers that the service sends. */
import { randomUUID } from "node:crypto";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { settings, standardHeaders } from "./settings.mjs";

const app = new Hono();
app.get("*", (c) =>
  c.body("{}", 200, {
    ...standardHeaders,
    "X-Request-Id": randomUUID(),
    "Content-Type": "application/json",
  }),
);

serve({ fetch: app.fetch, port: settings.port, hostname: "127.0.0.1" });
