/** `/me/verification-codes`: sends a code, verifies a code. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { anyEmail } from "../../fields/email.ts";
import { anyPhone } from "../../fields/phone.ts";
import { verificationCode } from "../../fields/verification-code.ts";
import type { Env } from "../../http/env.ts";
import { requestHeaders } from "../../http/request-headers.ts";
import { accepted, instant, json, ok, protectedRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import type { Recipient } from "../../logto/codes.ts";
import type { Services } from "../../services.ts";
import { sendCode } from "./send-code.ts";
import { verifyCode } from "./verify-code.ts";

const recipient = { email: anyEmail.optional(), phone: anyPhone.optional() };
type Addressed = { email?: string | undefined; phone?: string | undefined };

const exactlyOne = ({ email, phone }: Addressed) => (email === undefined) !== (phone === undefined);
const oneAddress = "takes either email or phone";

const toRecipient = ({ email, phone }: Addressed): Recipient =>
  email === undefined ? { type: "phone", value: phone ?? "" } : { type: "email", value: email };

const routes = (services: Services) => {
  const writeRoute = protectedRoute(services, { scope: "profile:write" });
  return {
    send: writeRoute({
      method: "post",
      path: "/",
      request: {
        headers: requestHeaders.pick({ "Verification-Id": true }),
        body: json(z.strictObject(recipient).refine(exactlyOne, oneAddress)),
      },
      responses: accepted(
        "A code is on its way.",
        z.object({ sentTo: z.string(), expiresAt: instant, resendAfter: instant }),
      ),
    }),
    verify: writeRoute({
      method: "post",
      path: "/verify",
      request: {
        body: json(z.strictObject({ ...recipient, verificationCode }).refine(exactlyOne, oneAddress)),
      },
      responses: ok(
        "A step-up record for an address of the person's, a proof for a new one.",
        z.union([
          z.object({ verificationId: z.string(), expiresAt: instant }),
          z.object({ proven: z.literal(true), expiresAt: instant }),
        ]),
      ),
    }),
  };
};

export function verificationRoutes(services: Services) {
  const { send, verify } = routes(services);
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(send, async (c) => {
      const { "Verification-Id": verificationId } = c.req.valid("header");
      const input = { recipient: toRecipient(c.req.valid("json")), verificationId };
      return c.json(await sendCode(services, c.var.caller, input), 202);
    })
    .openapi(verify, async (c) => {
      const { verificationCode, ...address } = c.req.valid("json");
      const input = { recipient: toRecipient(address), verificationCode };
      return c.json(await verifyCode(services, c.var.caller, input), 200);
    });
}
