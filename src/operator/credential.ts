/** The service's credential: how an operator's command creates, tries, stores and replaces it. */
import { Secret } from "../config.ts";
import { isCredentialAccepted, type OperatorTenant, type TenantAccess } from "../logto/operator-tenant.ts";
import { OperatorError } from "../operator-error.ts";
import type { Application } from "./application.ts";
import type { Report } from "./report.ts";
import {
  type ApplicationSecret,
  addSecret,
  deleteLegacySecret,
  deleteSecret,
  hasLegacySecret,
  listSecrets,
} from "./secrets.ts";

type Credential = { appId: string; appSecret: Secret };

/** The place where the service reads its credential. */
export type CredentialStore = {
  /** The operator's name for it, such as `.env`. */
  name: string;
  read(): Promise<Credential | undefined>;
  /** Stores the credential. @throws {OperatorError} if that fails; the content is then unchanged. */
  save(credential: Credential, report: Report): Promise<void>;
};

export type CredentialContext = {
  tenant: OperatorTenant;
  access: TenantAccess;
  store: CredentialStore;
  report: Report;
};

const credentialOf = ({ id }: Application, { value }: ApplicationSecret): Credential => ({
  appId: id,
  appSecret: new Secret(value),
});

const works = ({ logto, platform }: TenantAccess, m2m: Credential) =>
  isCredentialAccepted({ logto: { ...logto, m2m }, platform });

/**
 * Makes sure that the store holds a credential that works. If it does, nothing changes.
 * @throws {OperatorError} that says which state it left.
 */
export async function ensureCredential(context: CredentialContext, application: Application): Promise<void> {
  const { tenant, access, store, report } = context;
  const held = await store.read();
  const secrets = await listSecrets(tenant, application);
  if (held?.appId === application.id && (await works(access, held))) {
    report.found(`a credential that works in ${store.name}`);
    warnOfOtherSecrets(application, secrets, report);
    return;
  }
  const usable = await findWorking(access, application, secrets);
  if (usable) {
    await store.save(usable, report);
    warnOfOtherSecrets(application, secrets, report);
  } else {
    await addAndSave(context, application);
  }
}

/**
 * Replaces all secrets of the application by a new one. The new one is added, tried and stored before any is deleted.
 * @throws {OperatorError} that says which secrets work. The store holds one of them at any time.
 */
export async function rotateCredential(context: CredentialContext, application: Application): Promise<void> {
  const { tenant, store, report } = context;
  const before = await listSecrets(tenant, application);
  await addAndSave(context, application);
  const left: string[] = [];
  const retire = async (name: string, work: () => Promise<unknown>) => {
    await report.change("delete", `the secret "${name}"`, work).catch(() => left.push(name));
  };
  for (const { name } of before) await retire(name, () => deleteSecret(tenant, application, name));
  if (hasLegacySecret(application, before)) {
    await retire("legacy", () => deleteLegacySecret(tenant, application));
  }
  if (left.length > 0) {
    throw new OperatorError(
      `The new secret works and is in ${store.name}, but these old ones could not be deleted and still work: ${left.join(", ")}. Run with --rotate again, or delete them in the Logto Console.`,
    );
  }
}

async function findWorking(
  access: TenantAccess,
  application: Application,
  secrets: readonly ApplicationSecret[],
): Promise<Credential | undefined> {
  const now = access.platform.now();
  for (const secret of secrets.filter(({ expiresAt }) => !expiresAt || expiresAt > now)) {
    const credential = credentialOf(application, secret);
    if (await works(access, credential)) return credential;
  }
  return undefined;
}

async function addAndSave(context: CredentialContext, application: Application): Promise<void> {
  const { tenant, access, store, report } = context;
  const add = () => addSecret(tenant, application, access.platform.now());
  const added = await report.change("add", `a secret to ${application.name}`, add);
  // A dry run adds no secret. The store then only reports what it would do.
  const credential = added
    ? credentialOf(application, added)
    : { appId: application.id, appSecret: new Secret("") };
  try {
    if (added && !(await works(access, credential))) throw new OperatorError("Logto refuses the new secret.");
    await store.save(credential, report);
  } catch (error) {
    throw added ? await removeAgain(context, application, added.name, error) : error;
  }
}

/** Deletes the secret that was just added. @returns the error that says which state is left. */
async function removeAgain(
  { tenant, store }: CredentialContext,
  application: Application,
  name: string,
  cause: unknown,
) {
  const reason = cause instanceof OperatorError ? cause.message : "The new secret could not be put to use.";
  const undone = await deleteSecret(tenant, application, name).then(
    () => "The new secret was deleted again",
    () => `The new secret "${name}" could not be deleted: do so in the Logto Console`,
  );
  return new OperatorError(
    `${reason} ${undone}; ${store.name} is as it was and the secrets from before still work. Run again when this is fixed.`,
    { cause },
  );
}

function warnOfOtherSecrets(application: Application, secrets: readonly ApplicationSecret[], report: Report) {
  if (secrets.length > 1 || hasLegacySecret(application, secrets)) {
    report.warn(
      `${application.name} has more than one secret, and each opens the tenant: --rotate leaves one`,
    );
  }
}
