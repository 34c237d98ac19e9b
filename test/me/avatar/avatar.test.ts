/** A person's picture: set, seen by everybody, replaced, removed, and gone with everything else of theirs. */
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { createRepositories } from "../../../db/repositories.ts";
import { createServices } from "../../../src/compose.ts";
import { eraseUser } from "../../../src/erasure/erase-user.ts";
import { useService } from "../../support/fixtures.ts";
import { useFreshDays } from "../../support/people.ts";
import { jpeg, png, pngChunk, segment } from "../../support/pictures.ts";
import { expectRefusal } from "../../support/refusals.ts";
import type { Call } from "../../support/service.ts";
import { honestPictures } from "./honest-pictures.ts";

const service = useService();
const [alice, bob] = [service.as("alice"), service.as("bob")];
useFreshDays(service);
beforeEach(async () => {
  for (const person of [alice, bob]) expect((await person("DELETE", "/me/avatar")).status).toBe(200);
});

const put = (person: Call, file: Uint8Array<ArrayBuffer>, type = "image/png") =>
  person("PUT", "/me/avatar", new Blob([file], { type }));
const hashOf = (file: Uint8Array) => createHash("sha256").update(file).digest("hex");
const pathOf = (address: string) => address.replace("https://profile.example.test", "");
const statusOf = async (address: string) => (await service.anonymous("GET", pathOf(address))).status;
const avatarOf = (username: string) => service.tenant.state.users.get(service.userId(username)).avatar;
const rows = () => service.database.kysely.selectFrom("avatars").selectAll().execute();
const red = png();
const other = png({ width: 2 });

test("a picture is named by its content, and everybody can see it as nothing but a picture", async () => {
  const { status, body } = await put(alice, red);
  expect({ status, body }).toEqual({
    status: 200,
    body: { avatar: `https://profile.example.test/avatars/${hashOf(red)}.png` },
  });
  expect((await alice("GET", "/me")).body.avatar).toBe(body.avatar);
  expect(avatarOf("alice")).toBe(body.avatar);
  const answer = await fetch(`${service.url}${pathOf(body.avatar)}`);
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(red);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "image/png",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cache-control": "public, max-age=31536000, immutable",
    "cross-origin-resource-policy": "cross-origin",
    vary: "Origin",
  });
  expect(await statusOf(body.avatar.replace(".png", ".jpg"))).toBe(404);
});

describe("keeps nothing but the picture of", () => {
  test.each(honestPictures)("%s", async (_what, type, base64) => {
    const file = new Uint8Array(Buffer.from(base64, "base64"));
    const { status, body } = await put(alice, file, type);
    expect({ status, errors: body.errors }).toEqual({ status: 200 });
    const served = await fetch(`${service.url}${pathOf(body.avatar)}`);
    expect(served.headers.get("content-type")).toBe(type);
    const bytes = new Uint8Array(await served.arrayBuffer());
    expect(bytes.length).toBeLessThanOrEqual(file.length);
    expect(Buffer.from(bytes).includes("secret place")).toBe(false);
    expect((await put(alice, bytes, type)).body.avatar).toBe(body.avatar);
  });

  test.each([
    [
      "a PNG with texts, a time, a profile and EXIF",
      "image/png",
      png(
        {},
        ...["tEXt", "iTXt", "zTXt", "tIME", "iCCP", "eXIf"].map((name) => pngChunk(name, "secret place")),
      ),
      red,
    ],
    [
      "a JPEG with EXIF, XMP, a preview and a comment",
      "image/jpeg",
      jpeg(
        {},
        segment(0xe1, "Exif\0\0secret place"),
        segment(0xe2, "ICC_PROFILE\0secret place"),
        segment(0xe0, "JFXX\0", jpeg()),
        segment(0xfe, "secret place"),
      ),
      jpeg(),
    ],
  ])("%s", async (_what, type, file, kept) => {
    expect((await put(alice, file, type)).body.avatar).toContain(hashOf(kept));
  });

  test("a JPEG whose colours an Adobe segment explains", async () => {
    const frame = { components: [1, 2, 3] };
    const adobe = segment(0xee, "Adobe", [0, 100, 0, 0, 0, 0, 1]);
    const shouting = segment(0xee, "Adobe", [9, 9, 9, 9, 9, 9, 1]);
    const { body } = await put(alice, jpeg(frame, shouting), "image/jpeg");
    expect(body.avatar).toContain(hashOf(jpeg(frame, adobe)));
  });
});

describe("the former picture goes", () => {
  test.each<[string, () => Promise<{ status: number }>]>([
    ["when another one is set", () => put(alice, other)],
    ["when it is removed", () => alice("DELETE", "/me/avatar")],
    [
      "when the profile names another address",
      () => alice("PATCH", "/me", { avatar: "https://img.example.test/a.png" }),
    ],
    ["when the profile unsets it", () => alice("PATCH", "/me", { avatar: null })],
  ])("%s", async (_when, change) => {
    const { avatar } = (await put(alice, red)).body;
    expect((await change()).status).toBe(200);
    expect(await statusOf(avatar)).toBe(404);
  });

  test("not when a form sends it back as it was read, or another field changes", async () => {
    const { avatar } = (await put(alice, red)).body;
    await alice("PATCH", "/me", { avatar, name: "Another name" });
    expect(await statusOf(avatar)).toBe(200);
  });

  test("for the person alone: somebody with the same picture keeps it", async () => {
    const { avatar } = (await put(alice, red)).body;
    expect((await put(bob, red)).body.avatar).toBe(avatar);
    await alice("DELETE", "/me/avatar");
    expect(await statusOf(avatar)).toBe(200);
    await bob("DELETE", "/me/avatar");
    expect(await statusOf(avatar)).toBe(404);
  });
});

test("the same picture again changes nothing, and a lost one is stored again", async () => {
  const { avatar } = (await put(alice, red)).body;
  service.tenant.requests.clear();
  expect((await put(alice, red)).body).toEqual({ avatar });
  expect(service.tenant.requests.count("PATCH", /users/)).toBe(0);
  await service.database.kysely.deleteFrom("avatars").execute();
  await put(alice, red);
  expect(await statusOf(avatar)).toBe(200);
});

describe("a change that Logto", () => {
  const oneUser = { method: "PATCH", path: /^\/api\/users\/\w+$/ };
  const settled = async () => {
    service.tenant.faults.clear();
    service.platform.advance(31_000);
    // The next writer settles what was left.
    expect((await alice("PATCH", "/me", { name: "Next" })).status).toBe(200);
    const { journal } = createRepositories(service.database);
    expect(await journal.forUser(service.userId("alice"), Number.MAX_SAFE_INTEGER)).toEqual([]);
  };

  test("refuses leaves nothing behind", async () => {
    service.tenant.faults.add({ match: oneUser, status: 422, body: '{"code":"entity.value_too_long"}' });
    expect((await put(alice, red)).status).toBeGreaterThanOrEqual(400);
    expect(await rows()).toEqual([]);
    await settled();
    expect(await rows()).toEqual([]);
  });

  test.each([
    ["has made without an answer is finished", true],
    ["has not made is dropped", false],
  ])("%s", async (_what, after) => {
    const former = (await put(alice, other)).body.avatar;
    service.tenant.faults.add({ match: oneUser, action: "reset", after });
    expectRefusal(await put(alice, red), 504, "outcome_unknown");
    await settled();
    const address = after ? `https://profile.example.test/avatars/${hashOf(red)}.png` : former;
    expect(avatarOf("alice")).toBe(address);
    expect((await rows()).map(({ hash }) => hash)).toEqual([hashOf(after ? red : other)]);
  });
});

test("erasing a person takes their picture along, and nobody else's", async () => {
  const { avatar } = (await put(bob, red)).body;
  const kept = (await put(alice, other)).body.avatar;
  const { config, platform, database } = service;
  await eraseUser(await createServices(config, platform, database), service.userId("bob"));
  expect([await statusOf(avatar), await statusOf(kept)]).toEqual([404, 200]);
});
