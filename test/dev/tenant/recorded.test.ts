import { describe, expect, test } from "vitest";
import { useShared } from "../../support/fixtures.ts";
import { compareAnswer, compareDelivery } from "./compare.ts";
import { prepare } from "./prepare.ts";
import { recordedCases } from "./recorded-case.ts";
import { Replay } from "./replay.ts";
import { send, take } from "./send.ts";

const cases = recordedCases();
const calls = cases.flatMap((one) => ("steps" in one ? one.steps.flatMap(({ names }) => names) : [one.name]));

describe("the dev tenant answers what a Logto v1.42 answered", () => {
  let replayed = 0;
  const replay = useShared(Replay.start, async (started) => {
    await started.close();
    console.log(`${replayed} of ${calls.length} recorded calls replayed`);
  });

  test.each(cases)("$name", async (recorded) => {
    await prepare(replay, recorded.given);
    if ("delivered" in recorded) {
      const delivery = await replay.receiver.take(recorded.delivered.path);
      compareDelivery(delivery, recorded, replay.placeholders);
    } else if ("steps" in recorded) {
      for (const { names, request, expect: answer } of recorded.steps) {
        const response = await send(replay, request);
        const copy = response.clone();
        await compareAnswer(response, answer, replay.placeholders, `${request.method} ${request.path}`);
        take(replay, request.capture, copy, await copy.text());
        replayed += names.length;
      }
      return;
    } else {
      await compareAnswer(await send(replay, recorded.request), recorded.expect, replay.placeholders);
    }
    replayed += 1;
  });

  test("covers at least 1060 of them", () => {
    expect(new Set(calls).size).toBeGreaterThanOrEqual(1060);
  });
});
