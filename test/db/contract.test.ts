/** The repositories' contract: the same tests on every database. */
import { describe } from "vitest";
import { databases } from "../support/databases.ts";
import { useShared } from "../support/fixtures.ts";
import { activityChainContract } from "./contract/activity-chain.ts";
import { avatarsContract } from "./contract/avatars.ts";
import { batchesContract } from "./contract/batches.ts";
import { formerValuesContract } from "./contract/former-values.ts";
import { groundsContract } from "./contract/grounds.ts";
import { growthContract } from "./contract/growth.ts";
import { inspectionContract } from "./contract/inspection.ts";
import { limitsContract } from "./contract/limits.ts";
import { repositoriesContract } from "./contract/repositories.ts";
import { tablesContract } from "./contract/tables.ts";
import { verificationContract } from "./contract/verification.ts";

describe.each(Object.entries(databases))("%s", (_name, { create, storm, syntax }) => {
  const testDatabase = useShared(create, (created) => created.remove());

  avatarsContract(testDatabase);
  batchesContract(testDatabase);
  formerValuesContract(testDatabase);
  groundsContract(testDatabase);
  growthContract(testDatabase, syntax);
  inspectionContract(testDatabase);
  limitsContract(testDatabase, storm);
  repositoriesContract(testDatabase);
  tablesContract(testDatabase);
  verificationContract(testDatabase);
  activityChainContract(testDatabase);
});
