/** What the routes under `/session` take and answer. */
import * as z from "zod";
import { named } from "../http/named.ts";
import { headersOf } from "../http/response-headers.ts";
import { noContent, ok, publicRoute } from "../http/route.ts";
import { sessionDescription } from "./describe-session.ts";
import { signInParameters } from "./sign-in-query.ts";

const pageOf = (description: string) => ({
  description,
  headers: headersOf(["X-Request-Id"]),
  content: { "text/html": { schema: z.string() } },
});
const redirect = (description: string) => ({
  description,
  headers: {
    ...headersOf(["X-Request-Id"]),
    Location: { description: "Where the browser goes.", schema: { type: "string" as const } },
  },
});

/** Read by the route itself, which limits its size. */
const form = (fields: Record<string, string>) => ({
  "application/x-www-form-urlencoded": {
    schema: {
      type: "object" as const,
      properties: Object.fromEntries(
        Object.entries(fields).map(([name, description]) => [name, { type: "string" as const, description }]),
      ),
    },
  },
});

export const describeRoute = publicRoute(
  {
    method: "get",
    path: "/",
    operationId: "readSession",
    summary: "Ask whether this browser is signed in",
    description:
      "Asking does not make the session live longer. With a cookie it takes the header `X-CSRF: 1`.",
    tags: ["session"],
    responses: ok("Whether it is, as whom, and until when.", sessionDescription),
  },
  ["csrf", "storage_unavailable"],
);

export const signInRoute = publicRoute(
  {
    method: "get",
    path: "/sign-in",
    operationId: "signIn",
    summary: "Sign in at Logto",
    description: "For a browser to navigate to. Query parameters that are not listed are ignored.",
    tags: ["session"],
    parameters: signInParameters,
    responses: { 303: redirect("To Logto.") },
  },
  ["storage_unavailable", "upstream_unavailable"],
);

export const callbackRoute = publicRoute(
  {
    method: "get",
    path: "/callback",
    operationId: "finishSignIn",
    summary: "Come back from Logto",
    description: "Where Logto sends the browser. It works once, in the browser that began the sign-in.",
    tags: ["session"],
    responses: {
      200: pageOf("Nothing: a browser fetched it ahead of time."),
      303: redirect("Signed in: to where the person wanted to go."),
      400: pageOf("A page that says what to do."),
      503: pageOf("A page that says that Logto does not answer."),
    },
  },
  ["storage_unavailable"],
);

export const signOutRoute = publicRoute(
  {
    method: "post",
    path: "/sign-out",
    operationId: "signOut",
    summary: "Sign out, here and at Logto",
    description:
      "A script sends `X-CSRF: 1` and gets the address to go to; a form sends the field `csrf` and is led there.",
    tags: ["session"],
    request: {
      body: {
        required: false,
        content: form({ csrf: "The token of the form." }),
      },
    },
    responses: {
      ...ok("Signed out here.", named("SignedOut", z.object({ redirectTo: z.url() }))),
      303: redirect("Signed out here: to Logto."),
    },
  },
  ["csrf", "body_too_large", "storage_unavailable"],
);

export const backchannelRoute = publicRoute(
  {
    method: "post",
    path: "/backchannel-logout",
    operationId: "receiveLogout",
    summary: "Learn that a person has signed out at Logto",
    description: "For Logto alone (OpenID Connect Back-Channel Logout 1.0).",
    tags: ["session"],
    request: {
      body: {
        required: true,
        content: form({ logout_token: "Signed by Logto." }),
      },
    },
    responses: noContent("The sessions have ended."),
  },
  ["body_too_large", "storage_unavailable", "upstream_unavailable"],
);
