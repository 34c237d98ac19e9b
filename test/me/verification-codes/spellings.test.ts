/** One address in many spellings is one address: one limit, one code, one proof; and a code is its digits. */
import { describe, expect, test } from "vitest";
import { useService } from "../../support/fixtures.ts";
import { lastActivity, upstreamWrites, useFreshDays } from "../../support/people.ts";
import { sendCode, stepUp } from "../../support/service.ts";

const service = useService();
useFreshDays(service);

const send = (body: unknown, headers: Record<string, string> = {}) =>
  service.as("alice")("POST", "/me/verification-codes", body, headers);
const verify = (body: unknown) => service.as("alice")("POST", "/me/verification-codes/verify", body);
const stored = () => service.tenant.state.users.get(service.userId("alice"));

describe.each<[string, string, Record<string, string>[]]>([
  [
    "primaryPhone",
    "447400999999",
    [
      { phone: "+44 (0)7400 999999" },
      { phone: "\u202a+44\u00a07400–999999\u202c" },
      { phone: "００４４ ７４００ ９９９９９９" },
      { phone: "4407400999999" },
    ],
  ],
  [
    "primaryEmail",
    "j&k@xn--80a1acny.xn--p1ai",
    [
      { email: "J&K@почта.рф" },
      { email: " j&k@ПОЧТА.РФ\u200b" },
      { email: "ｊ＆ｋ＠почта．рф" },
      { email: "j&k@xn--80a1acny.xn--p1ai" },
    ],
  ],
])("%s", (member, canonical, spellings) => {
  test("is sent to in one spelling, verified in another and changed in a third", async () => {
    const record = await stepUp(service, "alice");
    const [first = {}, second, third = {}] = spellings;
    const sent = await send(first, record);
    expect({ status: sent.status, sentTo: sent.body.sentTo }).toEqual({ status: 202, sentTo: canonical });
    const verificationCode = service.tenant.messages(canonical)?.code;
    const proven = await verify({ ...second, verificationCode });
    expect({ status: proven.status, proven: proven.body.proven }).toEqual({ status: 200, proven: true });
    const { status, body } = await service.as("alice")(
      "PATCH",
      "/me",
      { [member]: Object.values(third)[0] },
      record,
    );
    expect({ status, value: body[member] }).toEqual({ status: 200, value: canonical });
    expect(stored()).toMatchObject({ [member]: canonical });
  });

  test("has one pause between two codes, however it is spelled", async () => {
    const record = await stepUp(service, "alice");
    const answers = [];
    for (const spelling of spellings) answers.push((await send(spelling, record)).status);
    expect(answers).toEqual([202, 429, 429, 429]);
  });

  test("has one count of wrong codes, however it is spelled", async () => {
    const [first = {}] = spellings;
    const right = await sendCodeTo(first);
    const wrong = right === "000000" ? "111111" : "000000";
    const left = [];
    for (const spelling of spellings)
      left.push((await verify({ ...spelling, verificationCode: wrong })).body.attemptsLeft);
    expect(left).toEqual([4, 3, 2, 1]);
  });
});

const sendCodeTo = async (address: Record<string, string>) => {
  const { email, phone = "" } = address;
  return sendCode(
    service,
    "alice",
    email === undefined ? { phone } : { email },
    await stepUp(service, "alice"),
  );
};

describe("an address that the tenant holds", () => {
  test.each<[string, string, { email: string } | { phone: string }]>([
    ["primaryPhone", "12345", { phone: "12345" }],
    ["primaryPhone", "12345", { phone: "12 345" }],
    ["primaryPhone", "4407400999999", { phone: "+44 7400 999999" }],
    ["primaryEmail", "Mixed.Case@Example.com", { email: "mixed.case@example.com" }],
    ["primaryEmail", "a@b@c.d", { email: "a@b@c.d" }],
    ["primaryEmail", '"ab"@example.test', { email: '"AB"@example.test' }],
    ["primaryEmail", "root@192.0.2.1", { email: "root@192.0.2.1" }],
  ])("proves who somebody is, whatever its form: %s %j as %j", async (member, value, address) => {
    Object.assign(stored(), { [member]: value });
    const verificationCode = await sendCode(service, "alice", address);
    const { status, body } = await verify({ ...address, verificationCode });
    expect({ status, verificationId: body.verificationId }).toEqual({
      status: 200,
      verificationId: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test("is somebody's own only: the same form is refused to everybody else", async () => {
    const { status, body } = await send({ phone: "12345" }, await stepUp(service, "alice"));
    expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ pointer: "/phone" }] } });
  });
});

test.each<[string, Record<string, string>, RegExp]>([
  ["a national number", { phone: "07400 999999" }, /start with a country code/],
  ["a number that is too short", { phone: "+44 7400 99" }, /too few digits/],
  ["a number that no country has", { phone: "+1 123 456 7890" }, /compare the digits/],
  ["two @", { email: "a@b@example.com" }, /must be an e-mail address/],
])("%s is refused with a sentence that helps", async (_what, address, sentence) => {
  const record = await stepUp(service, "alice");
  service.tenant.requests.clear();
  for (const { status, body } of [
    await send(address, record),
    await verify({ ...address, verificationCode: "1" }),
  ]) {
    expect({ status, code: body.code, pointer: body.errors[0].pointer }).toEqual({
      status: 422,
      code: "validation_failed",
      pointer: `/${Object.keys(address)[0]}`,
    });
    expect(body.errors[0].message).toMatch(sentence);
  }
  expect(upstreamWrites(service)).toEqual([]);
});

describe("a code", () => {
  const address = { email: "alice@example.test" };
  const spellings: [string, (code: string) => string][] = [
    ["with a space", (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ["with dashes", (code) => [...code].join("-")],
    ["between direction marks", (code) => `\u202a${code}\u202c\u200b`],
    [
      "in full width",
      (code) => code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    ],
    [
      "in Arabic digits",
      (code) => code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))),
    ],
    ["with a line break", (code) => ` ${code}\r\n`],
  ];

  test.each(spellings)("is right %s", async (_how, spell) => {
    const code = await sendCode(service, "alice", address);
    expect((await verify({ ...address, verificationCode: spell(code) })).status).toBe(200);
  });

  test.each(["   ", "------", "code", "\u200b\u200b"])(
    "without digits, as in %j, costs no try",
    async (nothing) => {
      const code = await sendCode(service, "alice", address);
      const refused = await verify({ ...address, verificationCode: nothing });
      expect({ status: refused.status, pointer: refused.body.errors[0].pointer }).toEqual({
        status: 422,
        pointer: "/verificationCode",
      });
      expect(await lastActivity(service, "alice")).toMatchObject({ event: "code.sent" });
      const wrong = await verify({ ...address, verificationCode: code === "000000" ? "1" : "000000" });
      expect(wrong.body.attemptsLeft).toBe(4);
    },
  );
});
