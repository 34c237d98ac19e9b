/** Further instances of a service on its own database, in this process and on its own clock. */
import { createServices } from "../../src/compose.ts";
import { recover } from "../../src/journal/recover.ts";
import { resumeEndings } from "../../src/logto/end-at-logto.ts";
import { resumeRevocations } from "../../src/logto/revoke-sessions.ts";
import { createNodePlatform } from "../../src/runtime/node/platform.ts";
import { type ServeOptions, type Service, serve } from "../../src/runtime/node/serve.ts";
import { patientDatabase } from "./databases.ts";
import { testTuning } from "./logto.ts";
import type { TestService } from "./service.ts";

export type InstanceOptions = Pick<ServeOptions, "tuning" | "database">;

/** Starts one; recovery and the other jobs run at its start. Close it before the service. */
export const startInstance = (
  { config, platform }: TestService,
  options: InstanceOptions = {},
): Promise<Service> =>
  serve(config, {
    platform: createNodePlatform({ now: platform.now, write: (line) => void platform.write(line) }),
    tuning: testTuning,
    database: patientDatabase,
    ...options,
  });

/** As another instance on the service's database would, settles what dead writers left and ends what sessions are left. */
export async function settleElsewhere({ config, platform, database }: TestService): Promise<void> {
  const services = await createServices(config, platform, database);
  await recover(services);
  await resumeRevocations(services);
  await resumeEndings(services);
}

/** Waits for something that happens by itself. @throws {Error} when it has not in time. */
export async function eventually(
  happened: () => boolean | Promise<boolean>,
  { seconds = 10 } = {},
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await happened())) {
    if (performance.now() > deadline) throw new Error(`it did not happen within ${seconds} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
