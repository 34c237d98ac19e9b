import { describe, expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import { eventually } from "../support/instances.ts";
import { useFreshDays } from "../support/people.ts";

const service = useService();
useFreshDays(service);

const userPath = (username: string) => new RegExp(`/api/users/${service.userId(username)}$`);
const sent = (username: string) => service.tenant.requests.count("PATCH", userPath(username));

describe("while a write of one person waits for Logto", () => {
  test("everybody else writes, and that person's next write waits", async () => {
    const gate = Promise.withResolvers<void>();
    service.tenant.faults.add({
      match: { method: "PATCH", path: userPath("alice"), times: 1 },
      gate: gate.promise,
    });
    const rename = (username: string, name: string) => service.as(username)("PATCH", "/me", { name });
    const first = rename("alice", "First");
    await eventually(() => sent("alice") === 1);
    const second = rename("alice", "Second");
    expect((await rename("bob", "Bob")).status).toBe(200);
    expect(sent("alice")).toBe(1);
    gate.resolve();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(service.tenant.state.users.get(service.userId("alice")).name).toBe("Second");
  });
});
