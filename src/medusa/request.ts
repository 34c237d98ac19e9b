/** What a request of Medusa's clients must be like, and what its body says. */
import type { Context, MiddlewareHandler } from "hono";
import * as z from "zod";
import { createOriginMatcher } from "../addresses.ts";
import { readBody } from "../http/body.ts";
import type { ProtectedEnv } from "../http/env.ts";
import { parseMediaType } from "../http/media-type.ts";
import { checkJson } from "../http/strict-json.ts";
import { jsonPointer } from "../json.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { notAllowed } from "./refusal.ts";

const maxBodyBytes = 65_536;
const changing: ReadonlySet<string> = new Set(["POST", "DELETE"]);

/** Pages of listed origins get answers to calls with cookies. It comes before `cors`, which answers preflights. */
export const allowCredentials = ({ config }: Pick<Services, "config">): MiddlewareHandler<ProtectedEnv> => {
  const isAllowed = createOriginMatcher(config);
  return async (c, next) => {
    const origin = c.req.raw.headers.get("origin");
    if (origin !== null && isAllowed(origin))
      c.get("standardHeaders")["Access-Control-Allow-Credentials"] = "true";
    await next();
  };
};

/**
 * Stands in for `X-CSRF`, which these clients do not send: the page that calls must be ours or listed, and what changes
 * something must say that it is JSON, as no form can.
 * @throws {Refusal} `csrf`; `bad_request`.
 */
export const requireKnownPage = ({ config }: Pick<Services, "config">): MiddlewareHandler<ProtectedEnv> => {
  const isAllowed = createOriginMatcher(config);
  const own = new URL(config.publicUrl).origin;
  return async (c, next) => {
    const { headers } = c.req.raw;
    const origin = headers.get("origin");
    if (
      origin === null ? headers.get("sec-fetch-site") === "cross-site" : origin !== own && !isAllowed(origin)
    )
      throw new Refusal("csrf");
    const { type } = parseMediaType(headers.get("content-type") ?? "") ?? {};
    if (changing.has(c.req.method) && type !== "application/json") throw notAllowed("Send application/json.");
    await next();
  };
};

/**
 * Reads a body. An empty one is an empty object.
 * @throws {Refusal} `body_too_large`, `malformed_json`, `validation_failed`, `unknown_field`.
 */
export async function bodyOf<Schema extends z.ZodType>(
  c: Context<ProtectedEnv>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { data, error } = schema.safeParse(await jsonOf(c.req.raw));
  if (!error) return data;
  const errors = error.issues.map(({ path, message }) => ({
    pointer: jsonPointer(path),
    code: "invalid",
    message,
  }));
  const isUnknown = error.issues.some(({ code }) => code === "unrecognized_keys");
  throw new Refusal(isUnknown ? "unknown_field" : "validation_failed", { errors });
}

async function jsonOf(request: Request): Promise<unknown> {
  const bytes = await readBody(request, maxBodyBytes);
  if (bytes.length === 0) return {};
  const text = decode(bytes);
  checkJson(text);
  return JSON.parse(text);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Refusal("malformed_json", {}, { cause });
  }
}

/** The languages that a page of the shop has, and that its browser asks for, the best first. */
export const localesOf = (c: Context<ProtectedEnv>): string[] =>
  [c.req.header("x-medusa-locale"), ...(c.req.header("accept-language") ?? "").split(",")].flatMap((tag) => {
    const [name = ""] = (tag ?? "").split(";");
    return name.trim() === "" ? [] : [name.trim()];
  });

/** An address as a client sends it; the verbs bring it to its canonical form. */
export const emailText = z.string().min(1).max(512);
/** As it was typed, in UTF-16 units, as the tenant's policy counts. */
export const passwordText = z.string().min(1).max(256);
