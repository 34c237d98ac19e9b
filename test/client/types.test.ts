/** The types of the client refuse what the service would refuse. That they are the document's is part of `npm run check`. */
import { expect, test } from "vitest";
import { createClient } from "../../src/client/client.ts";

test("a misspelt field, a wrong value and a value that only reads have do not compile", () => {
  const { profile, business } = createClient({ fetch: () => Promise.reject(new Error("never called")) });
  const calls = () => [
    profile.patch({ name: "Alice", profile: { address: { locality: "Oslo", region: null } } }),
    // @ts-expect-error There is no such field.
    profile.patch({ nickName: "Al" }),
    // @ts-expect-error A name is a text.
    profile.patch({ name: 7 }),
    // @ts-expect-error A patch takes the value and not its mask.
    business.patch({ ssn: { masked: "•••••8846" } }),
    // @ts-expect-error There is no such field to show.
    business.reveal(["password"]),
    // @ts-expect-error Only what was asked for is answered.
    business.reveal(["ssn"]).then(({ gender }) => gender),
  ];
  expect(calls).toBeTypeOf("function");
});
