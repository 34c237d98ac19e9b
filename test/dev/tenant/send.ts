import * as z from "zod";
import { authorization } from "./credentials.ts";
import type { Call, RecordedRequest } from "./recorded-case.ts";
import type { Replay } from "./replay.ts";

const formSchema = z.record(z.string(), z.string());

/** Sends a recorded request to the tenant. */
export async function send(replay: Replay, request: RecordedRequest): Promise<Response> {
  const { placeholders } = replay;
  replay.renewCodes();
  const path = placeholders.resolveText(request.path);
  const body = request.body === undefined ? undefined : placeholders.resolve(request.body);
  const type = request.type ?? "application/json";
  const init = {
    method: request.method,
    headers: {
      ...(await authorization(replay, request.auth)),
      ...(body === undefined ? {} : { "content-type": type }),
      ...request.headers,
    },
    ...(body === undefined ? {} : { body: encode(body, type) }),
  };
  if (request.cookies === false) {
    return fetch(new URL(path, replay.tenant.description.endpoint), { ...init, redirect: "manual" });
  }
  const browser = replay.browser(request.browser);
  if (request.cookies === true) return browser.send(path, init);
  return browser.send(path, {
    ...init,
    headers: { ...init.headers, cookie: browser.cookies(request.cookies) },
  });
}

/**
 * Makes a call, and sets the placeholders that it asks for.
 * @throws {Error} naming the call that failed, or that was not refused.
 */
export async function call(replay: Replay, { capture, refused, ...request }: Call): Promise<void> {
  const response = await send(replay, request);
  const text = await response.text();
  if (response.status >= 400 !== refused) {
    throw new Error(`${request.method} ${request.path} answered ${response.status}: ${text}`);
  }
  take(replay, capture, response, text);
}

/** Sets the placeholders that a call asks for from its answer. */
export function take(replay: Replay, capture: Call["capture"], { headers }: Response, text: string): void {
  const searched = `${headers.get("location")}\n${text}`;
  for (const [name, pattern] of Object.entries(capture)) {
    replay.placeholders.set(name, new RegExp(pattern).exec(searched)?.[1] ?? "");
  }
}

function encode(body: unknown, type: string): string {
  if (typeof body === "string") return body;
  if (type !== "application/x-www-form-urlencoded") return JSON.stringify(body);
  return new URLSearchParams(formSchema.parse(body)).toString();
}
