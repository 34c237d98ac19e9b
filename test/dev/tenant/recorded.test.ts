import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { compareAnswer } from "./compare.ts";
import { authorization } from "./credentials.ts";
import { prepare } from "./given.ts";
import { type RecordedCase, recordedCases } from "./recorded-case.ts";
import type { SignInFlow } from "./sign-in-flow.ts";
import { World } from "./world.ts";

const formSchema = z.record(z.string(), z.string());
const cases = recordedCases();

describe("the dev tenant answers what a Logto v1.42 answered", () => {
  let world: World;
  let replayed = 0;

  beforeAll(async () => {
    world = await World.start();
  });

  afterAll(async () => {
    await world.tenant.close();
    console.log(`${replayed} of ${cases.length} recorded calls replayed`);
  });

  test.each(cases)("$name", async ({ given, request, expect: recorded }) => {
    const flow = await prepare(world, given);
    const response = await send(world, request, flow);
    await compareAnswer(response, recorded, world.placeholders);
    replayed += 1;
  });

  test("covers at least 150 of them", () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
  });
});

async function send(
  world: World,
  request: RecordedCase["request"],
  flow: SignInFlow | undefined,
): Promise<Response> {
  const { placeholders, tenant } = world;
  const url = tenant.description.endpoint + placeholders.resolveText(request.path);
  const body = request.body === undefined ? undefined : placeholders.resolve(request.body);
  const type = request.type ?? "application/json";
  const without = Array.isArray(request.cookies) ? request.cookies : [];
  return fetch(url, {
    method: request.method,
    redirect: "manual",
    headers: {
      ...(await authorization(world, request.auth)),
      ...(body === undefined ? {} : { "content-type": type }),
      ...(flow && request.cookies !== false ? { cookie: flow.cookies(without) } : {}),
      ...request.headers,
    },
    ...(body === undefined ? {} : { body: encode(body, type) }),
  });
}

function encode(body: unknown, type: string): string {
  if (typeof body === "string") return body;
  if (type !== "application/x-www-form-urlencoded") return JSON.stringify(body);
  return new URLSearchParams(formSchema.parse(body)).toString();
}
