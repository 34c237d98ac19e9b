/** No field of the profile takes a full card number. */
import { expect, test } from "vitest";
import { catalogue, type FieldEntry, groupOf } from "../../../src/fields/catalogue.ts";
import { publishedCardNumbers } from "../../fields/published-card-numbers.ts";
import { useService } from "../../support/fixtures.ts";
import { upstreamWrites } from "../../support/people.ts";

const service = useService();

/** E-mail addresses and phone numbers are judged as such, and proven; a boolean holds no text. */
const otherwise = new Set(["/primaryEmail", "/primaryPhone", "/customData/newsletter"]);
const fields = catalogue.filter(({ pointer }) => !otherwise.has(pointer));

/** A value of the field's shape that holds a text. */
function valueWith({ name }: FieldEntry, text: string) {
  switch (name) {
    case "address":
    case "mailingAddress":
      return { streetAddress: text };
    case "preferences":
      return { notes: [{ text }] };
    case "paymentMethods":
      return [{ token: text, brand: "visa", last4: "1111", expiry: "12/30" }];
    default:
      return text;
  }
}

const groupWith = (fields: readonly FieldEntry[], text: string) =>
  Object.fromEntries(fields.map((field) => [field.name, valueWith(field, text)]));

/** A patch that has the text in every field. */
const patchWith = (text: string) => ({
  ...groupWith(
    fields.filter(({ storage }) => storage === "logto"),
    text,
  ),
  ...Object.fromEntries(
    (["logto.profile", "logto.customData", "vault"] as const).map((group) => [
      groupOf[group],
      groupWith(
        fields.filter(({ storage }) => storage === group),
        text,
      ),
    ]),
  ),
});

test.each(Object.entries(publishedCardNumbers))("%s is refused in every field", async (_brand, numbers) => {
  for (const digits of numbers) {
    const spaced = digits.replaceAll(/(.{4})(?=.)/g, "$1 ");
    for (const text of [digits, `12/25 ${spaced} 123`]) {
      const { status, body } = await service.as("alice")("PATCH", "/me", patchWith(text));
      const refused = body.errors.filter(({ code }: { code: string }) => code === "card_number_refused");
      expect({ status, code: body.code }).toEqual({ status: 422, code: "card_number_refused" });
      expect(refused.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(
        fields.map(({ pointer }) => pointer).sort(),
      );
    }
  }
  expect(upstreamWrites(service)).toEqual([]);
});
