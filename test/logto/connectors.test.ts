/** By which channels the tenant can send codes, from a list that holds its providers' secrets. */
import { expect, onTestFinished, test } from "vitest";
import { createConnectors } from "../../src/logto/connectors.ts";
import { startLogto } from "../support/logto.ts";
import { type Behaviour, inTurn, json, text } from "../support/upstream.ts";

const route = "GET /api/connectors";
const templateRoute = "GET /api/email-templates";

async function start(...behaviours: Behaviour[]) {
  const { upstream, management, platform } = await startLogto();
  onTestFinished(() => upstream.stop());
  upstream.on(route, inTurn(...behaviours));
  const connectors = createConnectors(management, platform);
  const channels = async () => {
    const found = await connectors.codeChannels();
    return found && [...found].sort();
  };
  return { upstream, platform, channels };
}

const connector = (type: string, config: unknown) => ({ id: "c", type, connectorId: "x", config });
const generic = { templates: [{ usageType: "SignIn" }, { usageType: "Generic", content: "{{code}}" }] };
const otherOnly = { authToken: "secret", templates: [{ usageType: "SignIn" }] };

test.each<[string, unknown[], string[]]>([
  ["no connector", [], []],
  ["a social one", [connector("Social", { clientSecret: "secret" })], []],
  ["both with templates", [connector("Email", generic), connector("Sms", generic)], ["email", "phone"]],
  ["one that keeps its templates elsewhere", [connector("Sms", { apiKey: "secret" })], ["phone"]],
  ["one without any configuration", [connector("Email", undefined)], ["email"]],
  ["one whose templates are no list", [connector("Sms", { templates: { Generic: "x" } })], ["phone"]],
  ["one without the template for codes", [connector("Sms", otherOnly)], []],
  ["one without templates", [connector("Sms", { templates: [] })], []],
  ["odd templates", [connector("Sms", { templates: [null, 5, { usageType: "Generic" }] })], ["phone"]],
  ["two, of which one can send", [connector("Sms", otherOnly), connector("Sms", generic)], ["phone"]],
  ["members of newer releases", [{ ...connector("Email", generic), isNew: true, extra: {} }], ["email"]],
])("with %s", async (_what, list, expected) => {
  const { channels } = await start(json(200, list));
  expect(await channels()).toEqual(expected);
});

test.each<[string, Behaviour, string[]]>([
  ["has one for codes", json(200, [{ templateType: "SignIn" }, { templateType: "Generic" }]), ["email"]],
  ["has others only", json(200, [{ templateType: "SignIn" }]), []],
  ["does not know such a thing", text(404, "Not Found"), []],
])(
  "an e-mail connector without the template counts if the tenant's own list %s",
  async (_what, answer, expected) => {
    const { upstream, channels } = await start(json(200, [connector("Email", otherOnly)]));
    upstream.on(templateRoute, answer);
    expect(await channels()).toEqual(expected);
  },
);

test("the tenant's own list of e-mail templates sends no text message", async () => {
  const { upstream, channels } = await start(json(200, [connector("Sms", otherOnly)]));
  upstream.on(templateRoute, json(200, [{ templateType: "Generic" }]));
  expect(await channels()).toEqual([]);
});

test("is asked once by many, and again after five minutes", async () => {
  const { upstream, platform, channels } = await start(
    json(200, [connector("Email", generic)]),
    json(200, []),
  );
  const answers = await Promise.all(Array.from({ length: 20 }, channels));
  expect(answers).toEqual(answers.map(() => ["email"]));
  platform.advance(5 * 60_000 - 1);
  expect(await channels()).toEqual(["email"]);
  expect(upstream.count(route)).toBe(1);
  platform.advance(1);
  expect(await channels()).toEqual([]);
  expect(upstream.count(route)).toBe(2);
});

test.each<[string, Behaviour]>([
  ["a failure", text(500, "broken")],
  ["another shape", json(200, { connectors: [] })],
  ["a refusal", json(403, { code: "auth.forbidden" })],
  ["nothing at that path", text(404, "Not Found")],
])("says nothing on %s, and asks again after half a minute", async (_what, failure) => {
  const { upstream, platform, channels } = await start(failure, failure, failure, json(200, []));
  expect(await channels()).toBeUndefined();
  const asked = upstream.count(route);
  platform.advance(29_999);
  expect(await channels()).toBeUndefined();
  expect(upstream.count(route)).toBe(asked);
  upstream.on(route, json(200, []));
  platform.advance(1);
  expect(await channels()).toEqual([]);
});
