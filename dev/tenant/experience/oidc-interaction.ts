import type { Context } from "hono";
import { errors } from "oidc-provider";
import { nodeBindings } from "../http/bindings.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { TenantContext } from "../tenant-context.ts";

/**
 * The OIDC interaction that the request's cookies belong to.
 * @throws {LogtoError} 400 `session.not_found`.
 */
export async function interactionOf(c: Context, { oidc }: TenantContext) {
  const { incoming, outgoing } = nodeBindings(c);
  try {
    return await oidc.provider.interactionDetails(incoming, outgoing);
  } catch (error) {
    if (!(error instanceof errors.OIDCProviderError)) throw error;
    throw new LogtoError(400, "session.not_found", undefined, { error: error.error });
  }
}
