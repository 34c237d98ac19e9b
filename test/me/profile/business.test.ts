import { describe, expect, test } from "vitest";
import { useService } from "../../support/fixtures.ts";
import { type Call, stepUp } from "../../support/service.ts";

const service = useService();
const alice = service.as("alice");

const activityOf = async (call: Call) => (await call("GET", "/me/activity")).body.items[0];

describe("business fields", () => {
  test("are stored sealed, shown masked, and revealed on record", async () => {
    const ssn = "521-73-8846";
    const refused = await alice("PATCH", "/me/business", { ssn });
    expect(refused.status).toBe(403);
    const proof = await stepUp(service, "alice");
    const stored = await alice("PATCH", "/me/business", { ssn, gender: "female" }, proof);
    expect(stored.status).toBe(200);
    expect(stored.body).toMatchObject({ ssn: { masked: "•••••8846" }, gender: "female", ethnicity: null });
    expect((await alice("GET", "/me")).body.business.ssn).toEqual({ masked: "•••••8846" });
    expect((await alice("POST", "/me/business/reveal", { fields: ["ssn"] })).status).toBe(403);
    const revealed = await alice("POST", "/me/business/reveal", { fields: ["ssn"] }, proof);
    expect(revealed.body).toEqual({ ssn });
    expect(await activityOf(alice)).toMatchObject({
      event: "business.revealed",
      detail: { fields: ["ssn"] },
    });
  });

  test("shows each payment method by brand and last digits", async () => {
    const method = { token: "tok_1", brand: "visa", last4: "4242", expiry: "12/30" };
    const proof = await stepUp(service, "bob");
    const { body } = await service.as("bob")("PATCH", "/me/business", { paymentMethods: [method] }, proof);
    expect(body.paymentMethods).toEqual({ masked: "visa •••••4242" });
  });

  test("names the field by its place in the body that was sent", async () => {
    const { body } = await alice("PATCH", "/me/business", { dateOfBirth: "yesterday" });
    expect(body.errors[0].pointer).toBe("/dateOfBirth");
  });

  test("refuses to reveal what is not a business field", async () => {
    const { status, body } = await alice("POST", "/me/business/reveal", { fields: ["ssn", "name"] });
    expect({ status, code: body.code, pointer: body.errors[0].pointer }).toEqual({
      status: 422,
      code: "unknown_field",
      pointer: "/fields/1",
    });
  });
});
