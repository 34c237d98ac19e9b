/** What a change sends to Logto and stores here: exactly that, and nothing besides. */
import { beforeEach, describe, expect, test } from "vitest";
import { createRepositories } from "../../../db/repositories.ts";
import type { JsonObject } from "../../../src/json.ts";
import { useService } from "../../support/fixtures.ts";
import { lastActivity, upstreamWrites, useFreshDays } from "../../support/people.ts";
import { stepUp } from "../../support/service.ts";
import { storeAtTenant } from "../../support/stored.ts";

const service = useService();
useFreshDays(service);

const alice = service.as("alice");
const theirs = { crm: { score: 7 }, theme: "of another application" };
const held = {
  profile: { nickname: "Al", website: "https://alice.example.test", address: { country: "NO" } },
  customData: { ...theirs, newsletter: true, preferences: { theme: "dark", lang: "no" } },
};
beforeEach(() => {
  storeAtTenant(service, "alice", structuredClone(held));
});

/** Calls that change something at Logto, as their method and body. */
const sent = () => upstreamWrites(service).map(({ method, body }) => [method, body]);
const change = async (patch: unknown, headers: Record<string, string> = {}) => {
  service.tenant.requests.clear();
  const { status, body } = await alice("PATCH", "/me", patch, headers);
  expect(status).toBe(200);
  return body;
};

test.each<[string, JsonObject, JsonObject]>([
  ["a name", { name: "Exactly" }, { name: "Exactly" }],
  ["a name that is removed", { name: null }, { name: null }],
  ["an avatar", { avatar: "https://a.example.test/a" }, { avatar: "https://a.example.test/a" }],
  [
    "a claim, with its siblings, which Logto would lose",
    { profile: { nickname: "Ally" } },
    { profile: { ...held.profile, nickname: "Ally" } },
  ],
  [
    "a member of an object",
    { profile: { address: { locality: "Oslo" } } },
    { profile: { ...held.profile, address: { country: "NO", locality: "Oslo" } } },
  ],
  [
    "a preference, with what others keep there",
    { customData: { preferences: { theme: null } } },
    { customData: { ...held.customData, preferences: { lang: "no" } } },
  ],
  ["all custom data: ours, and only ours", { customData: null }, { customData: theirs }],
  ["all claims", { profile: null }, { profile: {} }],
  [
    "fields of three places, in one call",
    { name: "Both", profile: { nickname: null }, customData: { newsletter: false }, business: {} },
    {
      name: "Both",
      profile: { website: held.profile.website, address: held.profile.address },
      customData: { ...held.customData, newsletter: false },
    },
  ],
])("a change of %s sends that and nothing else", async (_what, patch, expected) => {
  await change(patch);
  expect(sent()).toEqual([["PATCH", expected]]);
});

test.each<[string, JsonObject]>([
  ["a business field", { business: { ethnicity: "x" } }],
  ["what is stored already", { name: "alice", customData: { newsletter: true } }],
])("a change of %s sends nothing to Logto", async (_what, patch) => {
  await change(patch);
  expect(sent()).toEqual([]);
});

describe("business fields", () => {
  const version = async () =>
    (await createRepositories(service.database).vaults.find(service.userId("alice")))?.version ?? 0;

  test("of which one changes leave the others, and a change at Logto leaves them all", async () => {
    const proof = await stepUp(service, "alice");
    await change({ business: { ethnicity: "one", gender: "two", ssn: "521-73-8846" } }, proof);
    const { business } = await change({ business: { gender: null } });
    expect(business).toMatchObject({ ethnicity: "one", gender: null, ssn: { masked: "•••••8846" } });
    const before = await version();
    await change({ name: "No Business" });
    expect(await version()).toBe(before);
  });

  test("go all together only after step-up, since some of them ask for it", async () => {
    const proof = await stepUp(service, "alice");
    await change({ business: { ethnicity: "one", ssn: "521-73-8846" } }, proof);
    const refused = await alice("PATCH", "/me", { business: null });
    expect(refused).toMatchObject({ status: 403, body: { code: "step_up_required" } });
    const { business } = await change({ business: null }, proof);
    expect(Object.values(business).every((value) => value === null)).toBe(true);
  });

  test("that end in the same four digits have another tag", async () => {
    const proof = await stepUp(service, "alice");
    const tagAfter = async (ssn: string) => {
      await change({ business: { ssn } }, proof);
      const { headers, body } = await alice("GET", "/me");
      return { tag: headers.get("etag"), shown: body.business.ssn };
    };
    const [one, other] = [await tagAfter("521-73-8846"), await tagAfter("521-74-8846")];
    expect(other.shown).toEqual(one.shown);
    expect(other.tag).not.toBe(one.tag);
  });
});

test("what changes nothing is in no activity", async () => {
  await change({ name: "Recorded" });
  const before = await alice("GET", "/me/activity");
  await change({ name: "Recorded", customData: { newsletter: true } });
  expect((await alice("GET", "/me/activity")).text).toBe(before.text);
});

test("the activity names the fields that changed and no others, and holds no value", async () => {
  await change({ name: "Exactly So", profile: { nickname: "Al", website: null }, customData: {} });
  expect(await lastActivity(service, "alice")).toEqual({
    event: "profile.updated",
    detail: { fields: ["/name", "/profile/website"] },
  });
});

describe("somebody who signs in with a social identity alone", () => {
  const none = { username: null, primaryEmail: null, primaryPhone: null, passwordDigest: null };
  const social = { identities: { google: { userId: "g1", details: {} } } };
  const dave = service.as("dave");

  test("may remove everything else by which they could sign in", async () => {
    storeAtTenant(service, "alice", social);
    const proof = await stepUp(service, "alice");
    const body = await change({ username: null, primaryEmail: null, primaryPhone: null }, proof);
    expect(body).toMatchObject({ username: null, primaryEmail: null, primaryPhone: null });
    storeAtTenant(service, "alice", { identities: {} });
  });

  test("reads and changes what asks for no proof, and is told that no method works yet", async () => {
    storeAtTenant(service, "dave", { ...none, ...social });
    const { status, body } = await dave("PATCH", "/me", { name: "Dave Social" });
    expect({ status, name: body.name, username: body.username }).toEqual({
      status: 200,
      name: "Dave Social",
      username: null,
    });
    const refused = await dave("PATCH", "/me", { business: { ssn: "521-73-8846" } });
    expect(refused).toMatchObject({ status: 403, body: { code: "step_up_required", methods: [] } });
    storeAtTenant(service, "dave", { identities: {} });
  });
});
