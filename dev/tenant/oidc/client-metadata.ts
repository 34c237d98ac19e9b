import type { AdapterPayload } from "oidc-provider";
import type { Application } from "../store/applications.ts";

/** The grant type of RFC 8693. */
export const tokenExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";

/** An application as oidc-provider's client metadata. */
export function clientMetadata(application: Application): AdapterPayload {
  const { id, type, oidcClientMetadata: metadata, customClientMetadata } = application;
  const machine = type === "MachineToMachine";
  const confidential = machine || type === "Traditional";
  const exchange = customClientMetadata.allowTokenExchange === true ? [tokenExchangeGrant] : [];
  const redirects = !machine && metadata.redirectUris.length > 0;
  // oidc-provider refuses the code flow without a redirect URI; Logto lets one be added later.
  const grants = machine ? ["client_credentials"] : redirects ? ["authorization_code", "refresh_token"] : [];
  return {
    client_id: id,
    ...(confidential ? { client_secret: application.secrets[0]?.value ?? id } : {}),
    client_name: application.name,
    application_type: type === "Native" ? "native" : "web",
    token_endpoint_auth_method: confidential ? "client_secret_basic" : "none",
    grant_types: [...grants, ...exchange],
    response_types: redirects ? ["code"] : [],
    redirect_uris: redirects ? metadata.redirectUris : [],
    post_logout_redirect_uris: metadata.postLogoutRedirectUris,
    id_token_signed_response_alg: "ES384",
    ...(metadata.backchannelLogoutUri
      ? {
          backchannel_logout_uri: metadata.backchannelLogoutUri,
          backchannel_logout_session_required: metadata.backchannelLogoutSessionRequired ?? false,
        }
      : {}),
  };
}
