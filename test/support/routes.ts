/** Every call of the API as its own document lists them, so that a route somebody adds is tested without being named. */
import * as z from "zod";
import type { TestService } from "./service.ts";

export type ApiCall = {
  method: string;
  path: string;
  scope: string;
  /** Media types of its body, for a call that takes one. */
  types: string[];
};

const content = z.record(z.string(), z.unknown());
const document = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        security: z.tuple([z.object({ accessToken: z.tuple([z.string()]) })]),
        requestBody: z.object({ content }).optional(),
      }),
    ),
  ),
});

/** Reads `/openapi.json`. */
export async function listCalls({ anonymous }: TestService): Promise<ApiCall[]> {
  const { paths } = document.parse((await anonymous("GET", "/openapi.json")).body);
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security, requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      scope: security[0].accessToken[0],
      types: Object.keys(requestBody?.content ?? {}),
    })),
  );
}

/** A body that each call takes, for tests of what stands before and behind it. */
const bodies: Record<string, unknown> = {
  "PATCH /me": { name: "New Name" },
  "PATCH /me/custom-data": { newsletter: true },
  "PATCH /me/business": { gender: "female" },
  "POST /me/business/reveal": { fields: ["gender"] },
  "POST /me/password/check": { password: "correct-horse-battery" },
  "POST /me/password/verify": { password: "a-wrong-password" },
  "PATCH /me/password": { password: "correct-horse-battery" },
  "POST /me/verification-codes": { email: "alice@example.test" },
  "POST /me/verification-codes/verify": { email: "alice@example.test", verificationCode: "000000" },
};

/** @throws {Error} for a call with a body that nobody described above. */
export function sampleBody({ method, path, types }: ApiCall): unknown {
  if (types.length === 0) return undefined;
  const name = `${method} ${path}`;
  if (!Object.hasOwn(bodies, name)) throw new Error(`Say in test/support/routes.ts what ${name} takes`);
  return bodies[name];
}
