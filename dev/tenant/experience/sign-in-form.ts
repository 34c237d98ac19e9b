/** The sign-in form, sent: it makes the calls of the Experience API that Logto's own page makes by script. */
import type { Context } from "hono";
import * as z from "zod/v3";
import { readBody } from "../http/body.ts";
import type { RouteTable } from "../http/route-table.ts";
import type { SignInState } from "./sign-in-page.ts";
import type { Texts } from "./sign-in-texts.ts";

const typed = z.object({
  identifier: z.string().default(""),
  password: z.string().default(""),
  code: z.string().optional(),
});
type Typed = z.output<typeof typed>;

const answered = z.object({
  code: z.string().optional(),
  verificationId: z.string().optional(),
  redirectTo: z.string().optional(),
});

/** A call that was refused, with Logto's code. */
class Refused extends Error {}

type Call = (method: "PUT" | "POST", path: string, body?: object) => Promise<z.output<typeof answered>>;

/** @returns where the browser goes on, or how the page comes back. */
export async function sendSignIn(
  c: Context,
  routes: RouteTable,
  texts: Texts,
): Promise<string | SignInState> {
  const fields = await readBody(c, typed);
  const { identifier, code } = fields;
  const call: Call = async (method, path, body) => {
    const answer = await routes.call(c, method, `/api/experience${path}`, body);
    const text = await answer.text();
    const content = answered.parse(text === "" ? {} : JSON.parse(text));
    if (!answer.ok) throw new Refused(content.code ?? String(answer.status));
    return content;
  };
  try {
    await (code === undefined ? identify(call, fields) : proveSecondFactor(call, code));
    return (await call("POST", "/submit")).redirectTo ?? "/";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const asksCode = code !== undefined || error.message === "session.mfa.require_mfa_verification";
    const isAsked = asksCode && code === undefined;
    return { identifier, asksCode, fault: isAsked ? undefined : inWords(texts, error.message) };
  }
}

async function identify(call: Call, { identifier, password }: Typed): Promise<void> {
  await call("PUT", "", { interactionEvent: "SignIn" });
  const named = { type: typeOf(identifier.trim()), value: identifier.trim() };
  const { verificationId } = await call("POST", "/verification/password", { identifier: named, password });
  await call("POST", "/identification", { verificationId });
}

/** Codes of an app have six digits, backup codes are longer. */
async function proveSecondFactor(call: Call, code: string): Promise<void> {
  const plain = code.replaceAll(/\s/g, "");
  await call("POST", `/verification/${plain.length > 6 ? "backup-code" : "totp"}/verify`, { code: plain });
}

function typeOf(identifier: string): "email" | "phone" | "username" {
  if (identifier.includes("@")) return "email";
  return /^[+\d][\d\s()-]*$/.test(identifier) ? "phone" : "username";
}

function inWords(texts: Texts, code: string): string {
  switch (code) {
    case "session.invalid_credentials":
    case "guard.invalid_input":
      return texts.wrong;
    case "session.mfa.invalid_totp_code":
    case "session.mfa.invalid_backup_code":
      return texts.wrongCode;
    case "session.verification_blocked_too_many_attempts":
      return texts.locked;
    case "user.suspended":
      return texts.suspended;
    case "session.not_found":
    case "session.interaction_not_found":
      return texts.ended;
    default:
      return texts.other.replace("{code}", code);
  }
}
