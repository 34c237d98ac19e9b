import type { Context } from "hono";
import { errors } from "oidc-provider";
import * as z from "zod/v3";
import type { ListenerBindings } from "../http/listener.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { TenantContext } from "../tenant-context.ts";

/** The raw Node request and response behind a Hono context, which oidc-provider reads its cookies from. */
export function nodeBindings(c: Context): ListenerBindings {
  return bindingsSchema.parse(c.env);
}

const bindingsSchema = z.custom<ListenerBindings>(
  (value) => typeof value === "object" && value !== null && "incoming" in value && "outgoing" in value,
);

/**
 * The OIDC interaction the request's cookies belong to.
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
