/** Changes of identifiers, and the links that put them back. */
import { createHash, randomBytes } from "node:crypto";
import { type Answer, call, sendCode, stepUp, type TestService } from "./service.ts";

/** Changes a person's e-mail address, with everything that it takes. */
export async function changeEmail(service: TestService, username: string, email: string): Promise<Answer> {
  const proof = await stepUp(service, username);
  const verificationCode = await sendCode(service, username, { email }, proof);
  const person = service.as(username);
  await person("POST", "/me/verification-codes/verify", { email, verificationCode });
  return person("PATCH", "/me", { primaryEmail: email }, proof);
}

/** What a person can put back, newest first. */
export const undoList = async (service: TestService, username: string) =>
  (await service.as(username)("GET", "/me/undo")).body.items;

/** Gives the newest change of a person a link. @returns its path. */
export async function newestLink({ database, userId }: TestService, username: string): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const newest = await database.kysely
    .selectFrom("former_values")
    .select("id")
    .where("user_id", "=", userId(username))
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirstOrThrow();
  await database.kysely
    .updateTable("former_values")
    .set({ token_hash: createHash("sha256").update(token).digest("base64url") })
    .where("id", "=", newest.id)
    .execute();
  return `/undo/${token}`;
}

/** Presses the button of a link's page, in a browser that has no cookie. */
export const press = (
  { config, url }: Pick<TestService, "config" | "url">,
  link: string,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  call(url, "POST", link, "", {
    "content-type": "application/x-www-form-urlencoded",
    origin: new URL(config.publicUrl).origin,
    ...headers,
  });
