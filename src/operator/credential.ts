/** The credential in an operator's hands: whether it works, how it gets there, and how it is replaced. */
import { Secret } from "../config.ts";
import { type OperatorTenant, proves, type TenantAccess } from "../logto/operator-tenant.ts";
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

/** Where the service will find the credential. */
export type CredentialStore = {
  /** As the operator knows it, such as `.env`. */
  name: string;
  read(): Promise<Credential | undefined>;
  /** All or nothing. @throws {OperatorError} when it cannot be kept; then the old content stands. */
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
  proves({ logto: { ...logto, m2m }, platform });

/**
 * Makes sure that the store holds a credential which works, touching nothing when it does.
 * @throws {OperatorError} saying what state it left.
 */
export async function ensureCredential(context: CredentialContext, application: Application): Promise<void> {
  const { tenant, access, store, report } = context;
  const held = await store.read();
  const secrets = await listSecrets(tenant, application);
  if (held?.appId === application.id && (await works(access, held))) {
    report.found(`a credential that works in ${store.name}`);
    tellOfOthers(application, secrets, report);
    return;
  }
  const usable = await firstThatWorks(access, application, secrets);
  if (usable) {
    await store.save(usable, report);
    tellOfOthers(application, secrets, report);
  } else {
    await addAndSave(context, application);
  }
}

/**
 * Replaces every secret of the application by a new one: added, proven and stored before any old one goes.
 * @throws {OperatorError} saying which secrets work; the store holds one of them throughout.
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
      `The new secret works and is in ${store.name}, but these old ones could not be deleted and still work: ${left.join(", ")}. Run with --rotate again, or delete them in Logto's Console.`,
    );
  }
}

async function firstThatWorks(
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
  // In a dry run there is none; the store then only tells.
  const credential = added
    ? credentialOf(application, added)
    : { appId: application.id, appSecret: new Secret("") };
  try {
    if (added && !(await works(access, credential))) throw new OperatorError("Logto refuses the new secret.");
    await store.save(credential, report);
  } catch (error) {
    throw added ? await takenBack(context, application, added.name, error) : error;
  }
}

/** Undoes the addition. @returns the error that tells the state. */
async function takenBack(
  { tenant, store }: CredentialContext,
  application: Application,
  name: string,
  cause: unknown,
) {
  const reason = cause instanceof OperatorError ? cause.message : "The new secret could not be put to use.";
  const undone = await deleteSecret(tenant, application, name).then(
    () => "The new secret was deleted again",
    () => `The new secret "${name}" could not be deleted: do so in Logto's Console`,
  );
  return new OperatorError(
    `${reason} ${undone}; ${store.name} is as it was and the secrets from before still work. Run again when this is mended.`,
    { cause },
  );
}

function tellOfOthers(application: Application, secrets: readonly ApplicationSecret[], report: Report) {
  if (secrets.length > 1 || hasLegacySecret(application, secrets)) {
    report.warn(
      `${application.name} has more than one secret, and each opens the tenant: --rotate leaves one`,
    );
  }
}
