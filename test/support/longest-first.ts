/** The order of the files: the longest begin first, so that no core waits at the end for one that began late. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Where nothing is known of an earlier run, as in a fresh clone. Those that are not named follow, the largest first. */
const longest = [
  "test/db/contract.test.ts",
  "test/page/accessibility.test.ts",
  "test/page/flow.test.ts",
  "test/dev/front-end.test.ts",
  "test/model/model.test.ts",
  "test/readme.test.ts",
  "test/scripts/erase.test.ts",
  "test/threats/budgets.test.ts",
  "test/threats/endurance.test.ts",
  "test/operating.test.ts",
  "test/runtimes/workers.test.ts",
  "test/dev/tenant/recorded.test.ts",
  "test/scripts/doctor.test.ts",
  "test/scripts/seed-m2m.test.ts",
  "test/scripts/seed-m2m-rotate.test.ts",
  "test/scripts/token.test.ts",
  "test/runtimes/contract.test.ts",
  "test/runtimes/instances.test.ts",
  "test/runtimes/outage.test.ts",
];

const rank = ({ moduleId }: TestSpecification): number => {
  const index = longest.findIndex((name) => moduleId.endsWith(`/${name}`));
  return index < 0 ? longest.length : index;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isKnown = files.some((file) => this.ctx.cache.getTestSpecificationResult(file) !== undefined);
    return isKnown ? sorted : sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
