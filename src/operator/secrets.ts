/** The secrets of one application. @see https://docs.logto.io: applications, secrets */
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

/** Logto fills the old column with this and a random text when the application has secrets of the new kind only. */
const placeholder = "#internal:";

/** All secrets, newest first. */
export async function listSecrets(tenant: OperatorTenant, { id }: Application): Promise<ApplicationSecret[]> {
  const secrets = await tenant.call("listSecrets", { parts: { id } }, z.array(secret));
  return secrets.sort((one, other) => other.createdAt - one.createdAt);
}

/** Adds one under a name that tells its age to whoever reads the Console. @param now epoch milliseconds. */
export const addSecret = (tenant: OperatorTenant, { id }: Application, now: number) =>
  tenant.call(
    "addSecret",
    { parts: { id }, json: { name: `seed:m2m ${new Date(now).toISOString()}` } },
    secret,
  );

/** Deletes one; that it is gone already is fine. */
export const deleteSecret = (tenant: OperatorTenant, { id }: Application, name: string) =>
  tenant.call("deleteSecret", { parts: { id, name } }, z.unknown()).catch(unlessGone);

/** Whether the application still has the single secret of older releases, which opens as much as any. */
export const hasLegacySecret = (application: Application, secrets: readonly ApplicationSecret[]) =>
  application.secret !== undefined &&
  application.secret !== "" &&
  !application.secret.startsWith(placeholder) &&
  !secrets.some(({ value }) => value === application.secret);

/** Deletes that one. A release that does not know the call answers 404, and the secret works on. */
export const deleteLegacySecret = (tenant: OperatorTenant, { id }: Application) =>
  tenant.call("deleteLegacySecret", { parts: { id } }, z.unknown());

function unlessGone(error: unknown) {
  if (error instanceof OperatorRefusal && error.status === 404 && error.code !== undefined) return;
  throw error;
}
