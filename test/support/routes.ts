/** Every call of the API as its own document lists them, so that a route somebody adds is tested without being named. */
import * as z from "zod";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import { png } from "./pictures.ts";
import type { TestService } from "./service.ts";

export type ApiCall = {
  method: string;
  /** As the document has it: `/me/items/{ref}`. */
  declared: string;
  /** The same with a value in the place of each parameter. */
  path: string;
  scope: string;
  /** Media types of its body, for a call that takes one. */
  types: string[];
  /** Names of the request headers that its document lists. */
  headers: string[];
};

/**
 * Every route of the app as its router has it, whether or not the document lists it: `POST /me/items/{id}`.
 * @param service its environment decides which routes are there.
 */
export async function listRoutes({ config, platform, database }: TestService): Promise<string[]> {
  const { routes } = createApp(await createServices(config, platform, database));
  const names = routes
    // Pages are for people, and no part of the API.
    .filter(({ method, path }) => method !== "ALL" && !/^\/(account|undo)/.test(path))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  return [...new Set(names)];
}

const operation = z.object({
  security: z.array(z.object({ accessToken: z.tuple([z.string()]).optional() })),
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.unknown()) }).optional(),
});
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });

/** The calls in `/openapi.json` that take an access token. */
export async function listCalls({ anonymous }: Pick<TestService, "anonymous">): Promise<ApiCall[]> {
  const { paths } = document.parse((await anonymous("GET", "/openapi.json")).body);
  return Object.entries(paths).flatMap(([declared, methods]) =>
    Object.entries(methods).flatMap(([method, { security, parameters, requestBody }]) => {
      const [scope] = security[0]?.accessToken ?? [];
      if (scope === undefined) return [];
      const headers = parameters.filter((parameter) => parameter.in === "header").map(({ name }) => name);
      const types = Object.keys(requestBody?.content ?? {});
      const path = declared.replaceAll(/\{\w+\}/g, "none");
      return [{ method: method.toUpperCase(), declared, path, scope, types, headers }];
    }),
  );
}

/** Whether its body is JSON. */
export const takesJson = ({ types }: ApiCall): boolean => types.includes("application/json");

/** A body that each call takes, for tests of what runs before and after it. */
const bodies: Record<string, unknown> = {
  "PATCH /me": { name: "New Name" },
  "PUT /me/avatar": new Blob([png()], { type: "image/png" }),
  "POST /me/undo/{ref}": {},
  "PATCH /me/custom-data": { newsletter: true },
  "PATCH /me/business": { gender: "female" },
  "PATCH /me/notices": { choices: { "details.revealed": false } },
  "POST /me/business/reveal": { fields: ["gender"] },
  "POST /me/password/check": { password: "correct-horse-battery" },
  "POST /me/password/verify": { password: "a-wrong-password" },
  "POST /me/deletion": { confirm: "alice" },
  "PATCH /me/password": { password: "correct-horse-battery" },
  "POST /me/sign-ins/not-me": {},
  "POST /me/verification-codes": { email: "alice@example.test" },
  "POST /me/verification-codes/verify": { email: "alice@example.test", verificationCode: "000000" },
};

/** @throws {Error} for a call with a body that nobody described above. */
export function sampleBody({ method, declared, types }: ApiCall): unknown {
  if (types.length === 0) return undefined;
  const name = `${method} ${declared}`;
  if (!Object.hasOwn(bodies, name)) throw new Error(`Say in test/support/routes.ts what ${name} takes`);
  return bodies[name];
}
