/** The database that the promises of this folder are tested on: each test file of a database names it once. */
import { afterAll, beforeAll } from "vitest";
import type { Database } from "../../../db/database.ts";
import type { TestDatabase } from "../../support/databases.ts";

type Subject = {
  create: () => Promise<TestDatabase>;
  /** How many calls a storm of them makes. */
  storm: number;
};

let subject: Subject | undefined;
let held: TestDatabase | undefined;

export const keepContractOn = (chosen: Subject) => {
  subject = chosen;
};

beforeAll(async () => {
  held = await subject?.create();
});
afterAll(() => held?.remove());

/** A connection as a further instance of the service would hold. */
export const openInstance = (): Database => {
  if (!held) throw new Error("Call keepContractOn first.");
  return held.open();
};

export const stormSize = () => subject?.storm ?? 0;
