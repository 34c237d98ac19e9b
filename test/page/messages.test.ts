/** The pages say the same in every language. */
import { expect, test } from "vitest";
import { catalogues, languages } from "../../src/page/messages/messages.ts";

/** The names in braces that a message is filled in with. */
const placeholders = (message: string) =>
  [...new Set([...message.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name))].toSorted();

const keys = Object.keys(catalogues.en);
const messagesOf = (language: (typeof languages)[number]) => Object.entries(catalogues[language]);

test.each(languages)("no message is missing or left over in %s", (language) => {
  expect(Object.keys(catalogues[language]).toSorted()).toEqual(keys.toSorted());
  expect(messagesOf(language).filter(([, message]) => message.trim() === "")).toEqual([]);
});

test.each(languages)("every message in %s is filled in with the same values as in English", (language) => {
  const english = new Map(messagesOf("en"));
  const other = messagesOf(language).filter(
    ([key, message]) => `${placeholders(message)}` !== `${placeholders(english.get(key) ?? "")}`,
  );
  expect(other).toEqual([]);
});

test("only names and words that German shares with English are the same there", () => {
  const english = new Map(messagesOf("en"));
  const same = messagesOf("de").filter(([key, message]) => message === english.get(key));
  expect(same.map(([key]) => key).toSorted()).toEqual([
    "address.eircode",
    "address.region",
    "code.label",
    "factor.WebAuthn",
    "field.customData.newsletter",
    "field.name",
    "field.profile.website",
    "signIns.passkey",
  ]);
});
