import type { KoaContextWithOIDC } from "oidc-provider";

/** Parameters of the authorization request beside those of OpenID Connect. */
export const extraParams = [
  "organization_id",
  "one_time_token",
  "first_screen",
  "direct_sign_in",
  "identifier",
  "interaction_mode",
  "google_one_tap_credential",
];

/** Parameters that the sign-in page receives, in the order of Logto. */
const passedOn = ["organization_id", "one_time_token", "ui_locales", "login_hint", "identifier"];

const screens: Record<string, string> = {
  sign_in: "/sign-in",
  register: "/register",
  reset_password: "/reset-password",
  single_sign_on: "/single-sign-on",
  "identifier:sign_in": "/identifier-sign-in",
  "identifier:register": "/identifier-register",
};

/** The page that an authorization request leads to. It also sets the cookies that this page reads. */
export function interactionUrl(ctx: KoaContextWithOIDC, prompt: string): string {
  const params = textParams(ctx);
  const { client_id: appId = "", google_one_tap_credential: oneTap } = params;
  const options = { signed: true, path: "/", httpOnly: true };
  ctx.oidc.cookies.set("_logto", JSON.stringify({ appId }), options);
  const query = new URLSearchParams({ app_id: appId });
  if (prompt !== "login") return `/consent?${query}`;
  if (oneTap !== undefined) ctx.oidc.cookies.set("_logto_google_one_tap_credential", oneTap, options);
  return signInUrl(params, query);
}

function signInUrl(params: Record<string, string>, query: URLSearchParams): string {
  const { first_screen = "sign_in", interaction_mode, google_one_tap_credential: oneTap } = params;
  const direct = oneTap === undefined ? params.direct_sign_in : "social:google";
  const screen = interaction_mode === "signUp" ? "/register" : screens[first_screen];
  // An unknown screen makes Logto ignore every extra parameter.
  if (screen === undefined) return `/sign-in?${query}`;
  if (direct !== undefined) {
    query.set("fallback", screen.slice(1));
    return `/direct/${direct.replace(":", "/")}?${query}`;
  }
  for (const name of passedOn) {
    const value = params[name];
    if (value !== undefined) query.set(name, value);
  }
  return `${screen}?${query}`;
}

function textParams({ oidc: { params = {} } }: KoaContextWithOIDC): Record<string, string> {
  const texts = Object.entries(params).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  );
  return Object.fromEntries(texts);
}
