/** `/me/verification-codes`: sends a code, verifies a code. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "../../http/env.ts";
import { readHeaders, stepUpHeader } from "../../http/request-headers.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Recipient } from "../../logto/codes.ts";
import type { Services } from "../../services.ts";
import { type Addressed, codeRouteDeclarations } from "./route-declarations.ts";
import { sendCode } from "./send-code.ts";
import { verifyCode } from "./verify-code.ts";

const toRecipient = ({ email, phone }: Addressed): Recipient =>
  email === undefined ? { type: "phone", value: phone ?? "" } : { type: "email", value: email };

export function verificationRoutes(services: Services) {
  const { send, verify } = codeRouteDeclarations(services);
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(send, async (c) => {
      const { "Verification-Id": verificationId } = readHeaders(c.req.raw, stepUpHeader);
      const input = { recipient: toRecipient(c.req.valid("json")), verificationId };
      return c.json(await sendCode(services, c.get("caller"), input), 202);
    })
    .openapi(verify, async (c) => {
      const { verificationCode, ...address } = c.req.valid("json");
      const input = { recipient: toRecipient(address), verificationCode };
      return c.json(await verifyCode(services, c.get("caller"), input), 200);
    });
}
