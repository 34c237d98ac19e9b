/** One instance of the service in the model: the real services over the model's network, storage and clock. */
import { chainActivity } from "../../db/activity-chain.ts";
import type { Database } from "../../db/database.ts";
import { createDb } from "../../db/repositories.ts";
import { withSettlers } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import { exchangeBy } from "../../src/exchange.ts";
import { createLogto } from "../../src/logto/logto.ts";
import { createProfileReader, type ProfileReader } from "../../src/me/profile/read-profile.ts";
import type { Platform } from "../../src/platform.ts";
import { nodeCipher } from "../../src/runtime/node/cipher.ts";
import { createCoalesce } from "../../src/runtime/node/coalesce.ts";
import { nodeDigests } from "../../src/runtime/node/digests.ts";
import { createQueue } from "../../src/runtime/node/queue.ts";
import type { Services } from "../../src/services.ts";
import type { Stage } from "./stage.ts";
import { modelVault } from "./vault.ts";
import { beginning } from "./virtual-globals.ts";

export type Instance = {
  readonly name: string;
  alive: boolean;
  standstill: Promise<void> | undefined;
  readonly services: Services;
  readonly reader: ProfileReader;
};

const config = parseConfig({
  LOGTO_ENDPOINT: "https://tenant.example.test",
  LOGTO_M2M_APP_ID: "model",
  LOGTO_M2M_APP_SECRET: "model-secret",
  API_RESOURCE: "https://profile.example.test/api",
  PUBLIC_URL: "https://profile.example.test",
  ENCRYPTION_KEYS: `model:${Buffer.alloc(32, 7).toString("base64")}`,
});

export type InstanceOptions = {
  stage: Stage;
  network: typeof fetch;
  storage: Database;
  name: string;
  /** What its clock is ahead of the common one, in ms. */
  ahead: number;
};

/** Starts one, as `src/compose.ts` does; the vault alone is the model's. */
export function startInstance({ stage, network, storage, name, ahead }: InstanceOptions): Instance {
  const platform: Platform = {
    now: () => beginning + stage.elapsed() + ahead,
    monotonic: stage.elapsed,
    fetch: network,
    exchange: exchangeBy(network),
    coalesce: createCoalesce(),
    queue: createQueue(),
    digests: nodeDigests,
    cipher: nodeCipher,
    write: (line) => stage.note(line),
    defer: (work) => void work.catch(() => undefined),
  };
  const db = chainActivity(createDb(storage), modelVault.activity, platform.queue);
  const services = withSettlers({
    config,
    platform,
    db,
    vault: modelVault,
    logto: createLogto({
      config: config.logto,
      platform,
      profileCacheSeconds: config.profileCacheSeconds,
      callsPer10s: config.logtoCallsPer10s,
    }),
  });
  return { name, alive: true, standstill: undefined, services, reader: createProfileReader(services) };
}
