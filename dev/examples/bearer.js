/** Access tokens of the page's own: what `@logto/browser` does, in as few lines as it takes (RFC 7636, S256). */
import { createClient } from "./client/client.ts";
import { askForPassword, find, showProfile } from "./profile-form.js";

const { endpoint, appId, resource } = await (await fetch("settings.json")).json();
const redirectUri = `${location.origin}${location.pathname}`;
const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

async function signIn() {
  const [verifier, state] = [random(), random()];
  sessionStorage.setItem("sign-in", JSON.stringify({ verifier, state }));
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    client_id: appId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid profile:read profile:write",
    resource,
    prompt: "consent",
    state,
    code_challenge: base64url(hash),
    code_challenge_method: "S256",
  });
  location.assign(`${endpoint}/oidc/auth?${query}`);
}

/** @returns the access token that the code of this address buys; undefined if there is none. It stays in memory. */
async function finishSignIn() {
  const query = new URLSearchParams(location.search);
  const begun = JSON.parse(sessionStorage.getItem("sign-in") ?? "{}");
  sessionStorage.removeItem("sign-in");
  if (!query.has("code") || query.get("state") !== begun.state) return undefined;
  history.replaceState({}, "", redirectUri);
  const answer = await fetch(`${endpoint}/oidc/token`, {
    method: "POST",
    body: new URLSearchParams({
      client_id: appId,
      redirect_uri: redirectUri,
      grant_type: "authorization_code",
      code: query.get("code"),
      code_verifier: begun.verifier,
      resource,
    }),
  });
  return answer.ok ? (await answer.json()).access_token : undefined;
}

const token = await finishSignIn();
if (token) {
  await showProfile(createClient({ accessToken: () => token, onStepUp: askForPassword }), () =>
    location.reload(),
  );
} else {
  find("sign-in").hidden = false;
  find("sign-in").addEventListener("click", signIn);
}
