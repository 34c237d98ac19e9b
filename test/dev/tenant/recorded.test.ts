import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareAnswer, compareDelivery } from "./compare.ts";
import { prepare } from "./prepare.ts";
import { recordedCases } from "./recorded-case.ts";
import { Replay } from "./replay.ts";
import { send } from "./send.ts";

const cases = recordedCases();

describe("the dev tenant answers what a Logto v1.42 answered", () => {
  let replay: Replay;
  let replayed = 0;

  beforeAll(async () => {
    replay = await Replay.start();
  });

  afterAll(async () => {
    await replay.close();
    console.log(`${replayed} of ${cases.length} recorded calls replayed`);
  });

  test.each(cases)("$name", async (recorded) => {
    await prepare(replay, recorded.given);
    if ("delivered" in recorded) {
      const delivery = await replay.receiver.take(recorded.delivered.path);
      compareDelivery(delivery, recorded, replay.placeholders);
    } else {
      await compareAnswer(await send(replay, recorded.request), recorded.expect, replay.placeholders);
    }
    replayed += 1;
  });

  test("covers at least 590 of them", () => {
    expect(cases.length).toBeGreaterThanOrEqual(590);
  });
});
