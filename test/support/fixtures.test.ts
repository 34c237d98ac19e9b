import { describe, expect, test } from "vitest";
import { useService, useShared } from "./fixtures.ts";

/** What happened so far. */
const events: string[] = [];
const share = (name: string, needs?: { name: string }) =>
  useShared(
    () => {
      events.push(needs ? `${name} starts with ${needs.name}` : `${name} starts`);
      return { name, greet: () => `hello ${name}` };
    },
    () => events.push(`${name} closes`),
  );

const outer = share("outer");
const service = useService();
const alice = service.as("alice");
/** What reading one before the tests throws. */
const early = (() => {
  try {
    return outer.name;
  } catch (error) {
    return String(error);
  }
})();

test("reading what is not started yet throws a sentence that says where to read it", () => {
  expect(early).toBe("Error: It is not started yet: read it in a test or a hook.");
});

test("a shared thing is as it was started, its methods and members too", () => {
  expect(outer.greet()).toBe("hello outer");
  expect({ ...outer }).toMatchObject({ name: "outer" });
  expect("name" in outer).toBe(true);
});

test("a person of the service can be named before it starts", async () => {
  expect((await alice("GET", "/me")).body.username).toBe("alice");
});

describe("in a describe", () => {
  const inner = share("inner", outer);

  test("it reads what was shared above it", () => {
    expect(inner.name).toBe("inner");
    expect(events).toEqual(["outer starts", "inner starts with outer"]);
  });
});

test("after a describe what it shared is closed, and what was shared above it is not", () => {
  expect(events).toEqual(["outer starts", "inner starts with outer", "inner closes"]);
});
