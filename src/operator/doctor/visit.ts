/** What the checks look at. Each thing is fetched when the first check asks for it, and once. */
import type { Database } from "../../../db/database.ts";
import { createDb } from "../../../db/repositories.ts";
import { type Config, type DatabaseConfig, parseConfig } from "../../config.ts";
import { type OperatorTenant, openTenant } from "../../logto/operator-tenant.ts";
import { readTenantAnswer, type TenantAnswer } from "../../logto/tenant-answer.ts";
import { OperatorError } from "../../operator-error.ts";
import type { Platform } from "../../platform.ts";
import { inspectVault, type VaultInspection } from "../../vault/inspect-vault.ts";
import { askReadiness, type Readiness } from "./ask-readiness.ts";
import type { Machine } from "./machine.ts";

/** Where the service runs or will run. */
export type Place = {
  /** The variables of the configuration. */
  variables: Readonly<Record<string, string | undefined>>;
  /** Whether it is a developer's own machine. */
  development: boolean;
  runtime: "node" | "worker";
  platform: Platform;
  machine: Machine;
  /** Opens the database without creating one. @returns undefined for a file that does not exist. */
  openDatabase(config: DatabaseConfig): Database | undefined;
  /** The names of the migrations that this release comes with. */
  migrations: readonly string[];
};

export type Visit = Place & {
  /** @throws {ConfigError} */
  config(): Config;
  /** What the tenant answers to anybody. @throws {OperatorError} */
  answer(): Promise<TenantAnswer>;
  /** The tenant with the service's own credential. @throws {OperatorError} */
  tenant(): Promise<OperatorTenant>;
  /** @throws {Refusal} if it cannot be opened. */
  hasDatabase(): boolean;
  /** @throws {OperatorError} if there is none yet. */
  database(): Database;
  /** The migrations that its database lacks. @throws {OperatorError}, {Refusal} */
  missing(): Promise<string[]>;
  /** What the keys open. @throws {OperatorError}, {Refusal} */
  vault(): Promise<VaultInspection>;
  /** What the running service answers at `PUBLIC_URL`. @throws {OperatorError} */
  readiness(): Promise<Readiness>;
  close(): Promise<void>;
};

export function openVisit(place: Place): Visit {
  const config = once(() => parseConfig(place.variables, { development: place.development }));
  const access = () => ({ logto: config().logto, platform: place.platform });
  let opened: Database | undefined;
  const open = once(() => {
    opened = place.openDatabase(config().database);
    return opened;
  });
  const database = () => {
    const found = open();
    if (!found) throw new OperatorError("There is no database yet.");
    return found;
  };
  const inspect = async () =>
    inspectVault(config().encryptionKeys, createDb(database()), place.platform.digests);
  const vault = once(inspect);
  return {
    ...place,
    config,
    answer: once(() => readTenantAnswer(access())),
    tenant: once(() => openTenant(access())),
    hasDatabase: () => open() !== undefined,
    database,
    missing: once(async () => database().inspection.missing(place.migrations)),
    vault,
    readiness: once(() => askReadiness({ config: config(), vault, inspect, platform: place.platform })),
    close: async () => opened?.close(),
  };
}

function once<T>(work: () => T): () => T {
  let kept: { value: T } | undefined;
  return () => {
    kept ??= { value: work() };
    return kept.value;
  };
}
