/** What is kept for a repeat when something fails after the change, and which answers are kept at all. */
import { beforeEach, describe, expect, test } from "vitest";
import { StorageFailure } from "../../db/storage-failure.ts";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import type { Services } from "../../src/services.ts";
import { useService } from "../support/fixtures.ts";
import { testTuning } from "../support/logto.ts";
import { upstreamWrites, useFreshDays } from "../support/people.ts";
import { stepUp } from "../support/service.ts";

const service = useService();
useFreshDays(service);

const seconds = (count: number) => count * 1000;
let key: Record<string, string>;
let services: Services;
beforeEach(async () => {
  key = { "idempotency-key": crypto.randomUUID() };
  const { config, platform, database } = service;
  services = await createServices(config, platform, database, { tuning: testTuning });
});
const alice = service.as("alice");
const writes = () => upstreamWrites(service).length;
const outcome = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

describe("an answer that cannot be stored after the change was made", () => {
  const failing = (): Services => {
    const { idempotency } = services.db;
    const finish: typeof idempotency.finish = (...input) => {
      const execute = () => Promise.reject(new StorageFailure(new Error("the disk is full"), "no"));
      return Object.assign(Object.create(idempotency.finish(...input)), { execute });
    };
    return { ...services, db: { ...services.db, idempotency: { ...idempotency, finish } } };
  };
  const renameWith = async (name: string) => {
    const headers = {
      ...{ authorization: `Bearer ${await service.token("alice")}`, "content-type": "application/json" },
      ...key,
    };
    const body = JSON.stringify({ name });
    return createApp(failing()).request("/me", { method: "PATCH", headers, body });
  };
  /** The wait for the first run's answer is over at once. */
  const repeat = async (name: string) => {
    const answer = alice("PATCH", "/me", { name }, key);
    const hurry = setInterval(() => service.platform.advance(seconds(1)), 10);
    return answer.finally(() => clearInterval(hurry));
  };

  test("is given all the same, and a repeat makes no second change but says that it cannot know", async () => {
    const first = await renameWith("Only Once");
    expect({ status: first.status, body: await first.json() }).toMatchObject({
      status: 200,
      body: { name: "Only Once" },
    });
    expect(writes()).toBe(1);
    const again = await repeat("Only Once");
    expect(again).toMatchObject({ status: 504, body: { code: "outcome_unknown" } });
    expect(Number(again.headers.get("retry-after"))).toBeLessThanOrEqual(61);
    expect(writes()).toBe(1);
  });

  test("is carried out anew once the first run counts as lost, after a minute and no sooner", async () => {
    await renameWith("Lost");
    service.platform.advance(seconds(60) - 100);
    const early = await alice("PATCH", "/me", { name: "Other" }, key);
    expect(outcome(early)).toEqual([409, "idempotency_conflict"]);
    service.platform.advance(seconds(1));
    service.tenant.requests.clear();
    expect((await alice("PATCH", "/me", { name: "Lost" }, key)).status).toBe(200);
    expect((await alice("PATCH", "/me", { name: "Lost" }, key)).headers.get("idempotent-replayed")).toBe(
      "true",
    );
  });
});

describe("an answer that may be another one the next time is not kept", () => {
  const business = { ssn: "521-73-8846" };

  test("403, which a step-up mends", async () => {
    const change = (headers: Record<string, string> = {}) =>
      alice("PATCH", "/me/business", business, { ...key, ...headers });
    expect(outcome(await change())).toEqual([403, "step_up_required"]);
    expect((await change(await stepUp(service, "alice"))).status).toBe(200);
  });

  test("429, which time mends", async () => {
    const send = () => alice("POST", "/me/verification-codes", { email: "alice@example.test" }, key);
    await alice("POST", "/me/verification-codes", { email: "alice@example.test" });
    expect((await send()).status).toBe(429);
    service.platform.advance(seconds(61));
    expect((await send()).status).toBe(202);
  });

  test.each([
    [503, "upstream_unavailable"],
    [403, "upstream_unavailable"],
  ])("503, where Logto answers %i to a read", async (status, code) => {
    const match = { method: "GET", path: /^\/api\/users\/\w+$/ };
    const body = JSON.stringify({ code: "auth.forbidden" });
    service.platform.advance(seconds(60));
    const mend = service.tenant.faults.add({ match, status, body });
    const rename = () => alice("PATCH", "/me", { name: `After ${status}` }, key);
    expect(outcome(await rename())).toEqual([503, code]);
    mend();
    service.platform.advance(seconds(60));
    expect((await rename()).status).toBe(200);
    expect((await rename()).headers.get("idempotent-replayed")).toBe("true");
  });
});
