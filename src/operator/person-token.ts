/** An access token for a person without their password: by a subject token and a token exchange (RFC 8693). */
import { decodeJwt } from "jose";
import * as oauth from "openid-client";
import * as z from "zod";
import {
  explainNoAnswer,
  OperatorRefusal,
  type OperatorTenant,
  openTenant,
  type TenantAccess,
} from "../logto/operator-tenant.ts";
import { tokenEndpoint } from "../logto/token-request.ts";
import { OperatorError } from "../operator-error.ts";
import { userIdSchema } from "../user-id.ts";

const person = z.object({
  id: z.string(),
  username: z.string().nullable(),
  primaryEmail: z.string().nullable(),
  isSuspended: z.boolean(),
});

type Person = z.infer<typeof person>;
export type PersonToken = { person: Person; accessToken: string; scopes: string[] };

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

/**
 * Gets an access token for a person. The tenant decides how long it lives.
 * @param input.who a username, a user id or an e-mail address.
 * @returns the token and its scopes, which may be fewer than requested.
 * @throws {OperatorError} if there is no such person, or the application may not exchange tokens.
 * @see https://docs.logto.io/developers/user-impersonation
 */
export async function issuePersonToken(
  access: TenantAccess,
  { who, apiResource, scopes }: { who: string; apiResource: string; scopes: readonly string[] },
): Promise<PersonToken> {
  const tenant = await openTenant(access);
  const found = await findPerson(tenant, who);
  const { subjectToken } = await tenant.call(
    "createSubjectToken",
    { json: { userId: found.id } },
    z.object({ subjectToken: z.string() }),
  );
  const parameters = {
    subject_token: subjectToken,
    subject_token_type: accessTokenType,
    resource: apiResource,
    scope: scopes.join(" "),
  };
  const answer = await oauth
    .genericGrantRequest(tokenEndpoint(access), grantType, parameters)
    .catch((error: unknown) => {
      throw explainRefusal(error, access.logto, apiResource);
    });
  const accessToken = answer.access_token;
  if (subjectOf(accessToken) !== found.id) {
    throw new OperatorError(`Logto answered with a token that is not for ${who}: check LOGTO_ENDPOINT.`);
  }
  return { person: found, accessToken, scopes: answer.scope?.split(" ").filter(Boolean) ?? [] };
}

async function findPerson(tenant: OperatorTenant, who: string): Promise<Person> {
  const found = who.includes("@")
    ? await personByEmail(tenant, who.toLowerCase())
    : ((await personByUsername(tenant, who)) ?? (await personById(tenant, who)));
  if (!found)
    throw new OperatorError(`The tenant knows nobody by "${who}": give a username, a user id or an e-mail.`);
  return found;
}

async function personByEmail(tenant: OperatorTenant, email: string): Promise<Person | undefined> {
  const query = { "search.primaryEmail": email, "mode.primaryEmail": "exact" };
  const people = await tenant.call("listUsers", { query }, z.array(person));
  return people.find(({ primaryEmail }) => primaryEmail?.toLowerCase() === email);
}

async function personByUsername(tenant: OperatorTenant, wanted: string): Promise<Person | undefined> {
  const query = { "search.username": wanted, "mode.username": "exact", isCaseSensitive: "true" };
  const people = await tenant.call("listUsers", { query }, z.array(person));
  return people.find(({ username }) => username === wanted);
}

async function personById(tenant: OperatorTenant, id: string): Promise<Person | undefined> {
  if (!userIdSchema.safeParse(id).success) return undefined;
  try {
    const found = await tenant.call("getUser", { parts: { id } }, person);
    return found.id === id ? found : undefined;
  } catch (error) {
    if (error instanceof OperatorRefusal && error.status === 404) return undefined;
    throw error;
  }
}

/** @returns `sub` of a token that is a JWT. */
function subjectOf(token: string): string | undefined {
  try {
    return decodeJwt(token).sub;
  } catch {
    return undefined;
  }
}

function explainRefusal(
  error: unknown,
  { internalEndpoint, m2m }: TenantAccess["logto"],
  apiResource: string,
): unknown {
  if (!(error instanceof oauth.ResponseBodyError)) {
    return explainNoAnswer(error, internalEndpoint);
  }
  if (error.error === "invalid_target") {
    return new OperatorError(
      `The tenant has no API resource ${apiResource}: run \`npm run seed:m2m\`, or set API_RESOURCE.`,
    );
  }
  // If the application may not use this grant type, Logto answers `invalid_request`.
  return new OperatorError(
    `Logto refuses the token exchange: allow it for the application ${m2m.appId}, in the Console under its settings or by customClientMetadata.allowTokenExchange.`,
  );
}
