/** The query of a sign-in. People follow links that others have written: what has no known form is ignored. */
import * as z from "zod";
import type { SignInRequest } from "./start-sign-in.ts";

const wish = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const forms = z.object({
  returnTo: wish(z.string()),
  firstScreen: wish(
    z.enum([
      "sign_in",
      "register",
      "reset_password",
      "identifier:sign_in",
      "identifier:register",
      "single_sign_on",
    ]),
  ),
  directSignIn: wish(
    z
      .string()
      .regex(/^(?:social|sso):[\w.-]{1,128}$/)
      .transform((text) => {
        const target = text.slice(text.indexOf(":") + 1);
        return text.startsWith("sso:")
          ? { method: "sso" as const, target }
          : { method: "social" as const, target };
      }),
  ),
  loginHint: wish(z.string().max(256)),
  uiLocales: wish(z.string().regex(/^[A-Za-z0-9 -]{1,64}$/)),
  reauthenticate: wish(z.literal("true").transform(() => true)),
});

/** @returns what the query asks for. */
export const readSignInQuery = (url: string): SignInRequest =>
  forms.parse(Object.fromEntries(new URL(url).searchParams));

const meanings: Record<keyof z.infer<typeof forms>, string> = {
  returnTo: "The path to go on to, on this origin; default: the start.",
  firstScreen: `The first page at Logto: ${forms.shape.firstScreen.unwrap().unwrap().options.join(", ")}.`,
  directSignIn: "`social:` or `sso:` and a connector: Logto's own page is skipped.",
  loginHint: "A username, an e-mail address or a phone number.",
  uiLocales: "Languages of the page, the best first (OpenID Connect Core 1.0, section 3.1.2.1).",
  reauthenticate: "`true` if the person of this session is to sign in again, for step-up.",
};

/** For the OpenAPI document. */
export const signInParameters = Object.entries(meanings).map(([name, description]) => ({
  name,
  in: "query" as const,
  description,
  schema: { type: "string" as const },
}));
