/** A version is of what a person can change, and survives the proxies between a browser and this service. */
import { beforeEach, describe, expect, test } from "vitest";
import { useService } from "../../support/fixtures.ts";
import { upstreamWrites, useFreshDays } from "../../support/people.ts";
import { stepUp } from "../../support/service.ts";
import { storeAtTenant } from "../../support/stored.ts";

const service = useService();
useFreshDays(service);
const alice = service.as("alice");

const paths = ["/me", "/me/custom-data", "/me/business"] as const;
type Path = (typeof paths)[number];
const tagOf = async (path: Path) => (await alice("GET", path)).headers.get("etag") ?? "";
const tags = async () => ({
  "/me": await tagOf("/me"),
  "/me/custom-data": await tagOf("/me/custom-data"),
  "/me/business": await tagOf("/me/business"),
});

/** A change that each path takes; another one each time. */
const changeOf = (path: Path, value: string) =>
  ({
    "/me": { name: value },
    "/me/custom-data": { preferences: { value } },
    "/me/business": { gender: value },
  })[path];

describe.each(paths)("PATCH %s", (path) => {
  test("sends a strong tag, which the next change takes once", async () => {
    const first = await tagOf(path);
    expect(first).toMatch(/^"[\w-]{22}"$/);
    const saved = await alice("PATCH", path, changeOf(path, "One"), { "if-match": first });
    const second = saved.headers.get("etag") ?? "";
    expect({ status: saved.status, tag: second }).toEqual({ status: 200, tag: await tagOf(path) });
    expect(second).not.toBe(first);
    const stale = await alice("PATCH", path, changeOf(path, "Two"), { "if-match": first });
    expect({ status: stale.status, code: stale.body.code }).toEqual({
      status: 412,
      code: "version_conflict",
    });
    const next = await alice("PATCH", path, changeOf(path, "Two"), { "if-match": second });
    expect(next.status).toBe(200);
  });

  const bare = (tag: string) => tag.slice(1, -1);
  test.each<[string, (tag: string) => string]>([
    ["weak, as nginx makes it", (tag) => `W/${tag}`],
    ["with -gzip, as Apache and Caddy make it", (tag) => `"${bare(tag)}-gzip"`],
    ["with -br", (tag) => `"${bare(tag)}-br"`],
    ["with -zstd", (tag) => `"${bare(tag)}-zstd"`],
    ["with --gzip, as Jetty makes it", (tag) => `"${bare(tag)}--gzip"`],
    ["with ;gzip", (tag) => `"${bare(tag)};gzip"`],
    ["weak and marked", (tag) => `W/"${bare(tag)}-gzip"`],
    ["in a list", (tag) => `"other", ${tag}`],
    ["in a list, after a tag with a comma", (tag) => `"x,*,y" ,, W/${tag} ,`],
    ["in a list of marked ones", (tag) => `"other-gzip","${bare(tag)}-gzip"`],
    ["as any tag", () => " * "],
  ])("takes its own tag %s", async (_how, spell) => {
    const current = await tagOf(path);
    const { status } = await alice("PATCH", path, changeOf(path, spell(current).slice(0, 64)), {
      "if-match": spell(current),
    });
    expect(status).toBe(200);
  });

  test.each<[string, (tag: string) => string]>([
    ["another", () => '"AAAAAAAAAAAAAAAAAAAAAA"'],
    ["another, marked", () => '"AAAAAAAAAAAAAAAAAAAAAA-gzip"'],
    ["one with a star and commas in it", () => '"x,*,y"'],
    ["a star in quotes", () => '"*"'],
    ["a star among tags", () => '"x", *'],
    ["itself without quotes", (tag) => bare(tag)],
    ["itself in single quotes", (tag) => `'${bare(tag)}'`],
    ["itself in another case", (tag) => tag.toUpperCase() + tag.toLowerCase()],
    ["itself inside another", (tag) => `"x${bare(tag)}"`],
    ["itself with a mark that no proxy makes", (tag) => `"${bare(tag)}-x"`],
    ["nothing", () => ""],
    ["only commas", () => ", ,"],
  ])("refuses %s", async (_what, spell) => {
    const ifMatch = spell(await tagOf(path));
    service.tenant.requests.clear();
    const { status, body } = await alice("PATCH", path, changeOf(path, "Never"), { "if-match": ifMatch });
    expect({ status, code: body.code }).toEqual({ status: 412, code: "version_conflict" });
    expect(upstreamWrites(service)).toEqual([]);
  });

  test("refuses the tag of another resource", async () => {
    for (const other of paths.filter((candidate) => candidate !== path)) {
      const { status } = await alice("PATCH", path, changeOf(path, "Never"), {
        "if-match": await tagOf(other),
      });
      expect(status).toBe(412);
    }
  });
});

describe.each(paths)("GET %s", (path) => {
  test.each<[string, (tag: string) => string]>([
    ["its tag", (tag) => tag],
    ["its tag, weak", (tag) => `W/${tag}`],
    ["its tag, marked by a proxy", (tag) => `${tag.slice(0, -1)}-gzip"`],
    ["its tag among others", (tag) => `"a,b", ${tag}`],
    ["any tag", () => "*"],
  ])("answers 304 without a body for %s", async (_what, spell) => {
    const tag = await tagOf(path);
    const { status, headers, text } = await alice("GET", path, undefined, { "if-none-match": spell(tag) });
    expect({ status, tag: headers.get("etag"), text }).toEqual({ status: 304, tag, text: "" });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("vary")).toBe("Origin, Cookie, Authorization");
  });

  test.each(['"AAAAAAAAAAAAAAAAAAAAAA"', "", "garbage"])("answers 200 for %j", async (other) => {
    const { status, body } = await alice("GET", path, undefined, { "if-none-match": other });
    expect({ status, members: Object.keys(body).length > 1 }).toEqual({ status: 200, members: true });
  });

  test("answers 200 with the new tag after a change", async () => {
    const before = await tagOf(path);
    await alice("PATCH", path, changeOf(path, `${Math.random()}`));
    const { status, headers } = await alice("GET", path, undefined, { "if-none-match": before });
    expect({ status, changed: headers.get("etag") !== before }).toEqual({ status: 200, changed: true });
  });
});

describe("a tag", () => {
  test.each([
    ["a sign-in elsewhere", { lastSignInAt: 1_900_000_000_000 }],
    ["a change that nobody sees", { updatedAt: 1_900_000_000_000 }],
    ["another time of creation", { createdAt: 1_600_000_000_000 }],
    ["a password", { passwordDigest: undefined }],
    ["custom data of another application", { customData: { crm: { score: 8 } } }],
    ["a claim that is no field", { profile: { favoriteColor: "red" } }],
  ])("is left alone by %s", async (_what, changes) => {
    storeAtTenant(service, "alice", { customData: {}, profile: {} });
    const before = await tags();
    Object.assign(service.tenant.state.users.get(service.userId("alice")), changes);
    service.platform.advance(60_000);
    expect(await tags()).toEqual(before);
    const saved = await alice("PATCH", "/me", { name: `${Math.random()}` }, { "if-match": before["/me"] });
    expect(saved.status).toBe(200);
  });

  test("changes with what it covers alone", async () => {
    const before = await tags();
    await alice("PATCH", "/me", { customData: { newsletter: true } });
    const after = await tags();
    expect(after["/me/business"]).toBe(before["/me/business"]);
    expect(after["/me/custom-data"]).not.toBe(before["/me/custom-data"]);
    expect(after["/me"]).not.toBe(before["/me"]);
  });

  test("changes with a business value whose mask stays the same", async () => {
    const record = await stepUp(service, "alice");
    await alice("PATCH", "/me/business", { ssn: "521-73-8846" }, record);
    const before = await tags();
    const { body } = await alice("PATCH", "/me/business", { ssn: "522-73-8846" }, record);
    expect(body.ssn).toEqual({ masked: "•••••8846" });
    const after = await tags();
    expect(after["/me/custom-data"]).toBe(before["/me/custom-data"]);
    expect(after["/me/business"]).not.toBe(before["/me/business"]);
    expect(after["/me"]).not.toBe(before["/me"]);
  });
});

describe("two changes with one tag", () => {
  beforeEach(() => storeAtTenant(service, "alice", { customData: {} }));
  test.each(paths)("of %s have one winner", async (path) => {
    const tag = await tagOf(path);
    const answers = await Promise.all(
      ["First", "Second"].map((value) => alice("PATCH", path, changeOf(path, value), { "if-match": tag })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});
