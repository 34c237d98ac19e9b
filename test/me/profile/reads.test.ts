/** What is kept of a read is good for as long as both stores are as they were, whoever changes them. */
import { beforeEach, describe, expect, test } from "vitest";
import { useInstance, useService } from "../../support/fixtures.ts";
import { useFreshDays } from "../../support/people.ts";
import { storeAtTenant, storeInVault } from "../../support/stored.ts";

const service = useService();
const other = useInstance(service);
useFreshDays(service);
beforeEach(() => storeInVault(service, "alice", { ethnicity: "kept" }));

const alice = service.as("alice");

describe.each(["/me", "/me/business"])("GET %s, read before", (path) => {
  const businessIn = (body: Record<string, unknown>) => (path === "/me" ? body.business : body);

  test("shows a change of business fields at once, made by another instance too", async () => {
    const { headers, body } = await alice("GET", path);
    expect(businessIn(body)).toMatchObject({ ethnicity: "kept" });
    const elsewhere = service.as("alice", { url: other.url });
    expect((await elsewhere("PATCH", "/me/business", { ethnicity: "changed" })).status).toBe(200);
    const changed = await alice("GET", path);
    expect(businessIn(changed.body)).toMatchObject({ ethnicity: "changed" });
    expect(changed.headers.get("etag")).not.toBe(headers.get("etag"));
  });
});

test("GET /me, read before, shows a change at Logto once its snapshot is over", async () => {
  storeAtTenant(service, "alice", { name: "Before" });
  expect((await alice("GET", "/me")).body.name).toBe("Before");
  storeAtTenant(service, "alice", { name: "After" });
  expect((await alice("GET", "/me")).body).toMatchObject({ name: "After", business: { ethnicity: "kept" } });
});

test("what is kept of one person is never shown to another", async () => {
  await storeInVault(service, "bob", { ethnicity: "bob's" });
  const bob = service.as("bob");
  for (const [call, own] of [
    [alice, "kept"],
    [bob, "bob's"],
    [alice, "kept"],
  ] as const) {
    expect((await call("GET", "/me/business")).body.ethnicity).toBe(own);
  }
});

test("each of the views is kept by itself", async () => {
  const read = async (path: string) => Object.keys((await alice("GET", path)).body);
  const paths = ["/me", "/me/custom-data", "/me/business"];
  const first = await Promise.all(paths.map(read));
  expect(await Promise.all(paths.map(read))).toEqual(first);
  expect(new Set(first.map(String)).size).toBe(3);
});
