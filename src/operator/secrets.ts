/** The secrets of one application at Logto. */
import * as z from "zod";
import { OperatorRefusal, type OperatorTenant } from "../logto/operator-tenant.ts";
import type { Application } from "./application.ts";

const secret = z.object({
  name: z.string(),
  value: z.string(),
  /** Epoch milliseconds. */
  createdAt: z.number(),
  expiresAt: z.number().nullish(),
});

export type ApplicationSecret = z.infer<typeof secret>;

/** The member `secret` of a newer application starts with this text, and is no secret. */
const placeholder = "#internal:";

/** Lists all secrets, the newest first. */
export async function listSecrets(
  tenant: OperatorTenant,
  { id }: Pick<Application, "id">,
): Promise<ApplicationSecret[]> {
  const secrets = await tenant.call("listSecrets", { parts: { id } }, z.array(secret));
  return secrets.sort((one, other) => other.createdAt - one.createdAt);
}

/** Adds a secret. Its name holds the time, which the Logto Console shows. @param now epoch milliseconds. */
export const addSecret = (tenant: OperatorTenant, { id }: Application, now: number) =>
  tenant.call(
    "addSecret",
    { parts: { id }, json: { name: `seed:m2m ${new Date(now).toISOString()}` } },
    secret,
  );

/** Deletes a secret. One that is gone already is no error. */
export const deleteSecret = (tenant: OperatorTenant, { id }: Application, name: string) =>
  tenant.call("deleteSecret", { parts: { id, name } }, z.unknown()).catch(ignoreIfGone);

/** True if the application still has the single secret of older releases. It works like any other. */
export const hasLegacySecret = (application: Application, secrets: readonly ApplicationSecret[]) =>
  application.secret !== undefined &&
  application.secret !== "" &&
  !application.secret.startsWith(placeholder) &&
  !secrets.some(({ value }) => value === application.secret);

/** Deletes the single secret of older releases. @throws {OperatorRefusal} 404 if this Logto lacks the endpoint. */
export const deleteLegacySecret = (tenant: OperatorTenant, { id }: Application) =>
  tenant.call("deleteLegacySecret", { parts: { id } }, z.unknown());

function ignoreIfGone(error: unknown) {
  if (error instanceof OperatorRefusal && error.status === 404 && error.code !== undefined) return;
  throw error;
}
