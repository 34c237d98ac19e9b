/** `auth.exists` of `@medusajs/medusa-js`. */
import { describe, expect, test } from "vitest";
import { firstClient, useMedusaService } from "../support/medusa.ts";

describe("where it is not told", () => {
  const service = useMedusaService();

  test("nobody exists", async () => {
    const { medusa } = firstClient(service);
    expect((await medusa.auth.exists("bob@example.test")).exists).toBe(false);
    expect(service.tenant.requests.count("GET", /^\/api\/users/)).toBe(0);
  });
});

describe("where it is told", () => {
  const service = useMedusaService({ MEDUSA_EXISTS: "on" });

  test("thirty times in a quarter of an hour", async () => {
    const { medusa, sent } = firstClient(service, 3);
    expect((await medusa.auth.exists("BOB@example.test")).exists).toBe(true);
    expect((await medusa.auth.exists("nobody@example.test")).exists).toBe(false);
    for (let asked = 2; asked < 30; asked += 1) await medusa.auth.exists("bob@example.test");
    await expect(medusa.auth.exists("bob@example.test")).rejects.toThrow("status 429");
    expect(sent.statuses).toHaveLength(31);
    service.platform.advance(15 * 60_000);
    expect((await medusa.auth.exists("bob@example.test")).exists).toBe(true);
  });
});
