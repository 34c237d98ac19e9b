import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { compareAnswer } from "./compare.ts";
import { authorization } from "./credentials.ts";
import { prepare } from "./prepare.ts";
import { type RecordedCase, recordedCases } from "./recorded-case.ts";
import { Replay } from "./replay.ts";
import type { SignInFlow } from "./sign-in-flow.ts";

const formSchema = z.record(z.string(), z.string());
const cases = recordedCases();

describe("the dev tenant answers what a Logto v1.42 answered", () => {
  let replay: Replay;
  let replayed = 0;

  beforeAll(async () => {
    replay = await Replay.start();
  });

  afterAll(async () => {
    await replay.tenant.close();
    console.log(`${replayed} of ${cases.length} recorded calls replayed`);
  });

  test.each(cases)("$name", async ({ given, request, expect: recorded }) => {
    const flow = await prepare(replay, given);
    const response = await send(replay, request, flow);
    await compareAnswer(response, recorded, replay.placeholders);
    replayed += 1;
  });

  test("covers at least 150 of them", () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
  });
});

async function send(
  replay: Replay,
  request: RecordedCase["request"],
  flow: SignInFlow | undefined,
): Promise<Response> {
  const { placeholders, tenant } = replay;
  const url = tenant.description.endpoint + placeholders.resolveText(request.path);
  const body = request.body === undefined ? undefined : placeholders.resolve(request.body);
  const type = request.type ?? "application/json";
  const without = Array.isArray(request.cookies) ? request.cookies : [];
  return fetch(url, {
    method: request.method,
    redirect: "manual",
    headers: {
      ...(await authorization(replay, request.auth)),
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
