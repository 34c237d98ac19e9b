/** Do people get access tokens that this service accepts? */
import * as z from "zod";
import { maxLifetimeSeconds } from "../../http/access-token.ts";
import { profileScopes } from "../seed-tenant.ts";
import { type Check, fail, ok, warn } from "./check.ts";
import type { Visit } from "./visit.ts";

const seed = "Run `npm run seed:m2m` with the operator's credential: it adds what is missing.";

const resource = z.object({ id: z.string(), indicator: z.string(), accessTokenTtl: z.number().optional() });
const named = z.object({ id: z.string(), name: z.string() });
const role = named.extend({ type: z.string(), isDefault: z.boolean().default(false) });

const findApi = async (visit: Visit) => {
  const resources = await (await visit.tenant()).list("listResources", {}, resource);
  return resources.find(({ indicator }) => indicator === visit.config().apiResource);
};

export const apiResource: Check = {
  name: "API resource",
  needs: ["M2M credential"],
  advice: seed,
  async look(visit) {
    const indicator = visit.config().apiResource;
    return (await findApi(visit))
      ? ok(indicator)
      : fail(
          `the tenant has no API resource ${indicator}, so that nobody gets a token for it`,
          `${seed} Or set API_RESOURCE to the indicator that it has.`,
        );
  },
};

/** The scopes of our API that the tenant has. */
async function profileScopesHeld(visit: Visit) {
  const api = await findApi(visit);
  const held = await (await visit.tenant()).list("listScopes", { parts: api ? { id: api.id } : {} }, named);
  return held.filter(({ name }) => profileScopes.includes(name));
}

export const scopes: Check = {
  name: "scopes",
  needs: ["API resource"],
  advice: seed,
  async look(visit) {
    const held = await profileScopesHeld(visit);
    const missing = profileScopes.filter((wanted) => !held.some(({ name }) => name === wanted));
    return missing.length === 0
      ? ok(profileScopes.join(" and "))
      : fail(`the API resource lacks ${missing.join(" and ")}`, seed);
  },
};

export const personRole: Check = {
  name: "role for people",
  needs: ["scopes"],
  advice: seed,
  async look(visit) {
    const tenant = await visit.tenant();
    const wanted = (await profileScopesHeld(visit)).map(({ id }) => id);
    const all = await tenant.list("listRoles", {}, role);
    const forPeople = all.filter(({ type }) => type === "User").slice(0, mostRoles);
    let other: string | undefined;
    // Default roles come first: one of them is enough.
    for (const { id, name, isDefault } of forPeople.sort(
      (one, two) => Number(two.isDefault) - Number(one.isDefault),
    )) {
      const held = await tenant.list("listRoleScopes", { parts: { id } }, named);
      if (!wanted.every((scope) => held.some((one) => one.id === scope))) continue;
      if (isDefault) return ok(`everybody who signs up gets ${name}`);
      other ??= name;
    }
    if (other === undefined)
      return fail(
        `no role grants ${profileScopes.join(" and ")}: everybody is answered insufficient_scope`,
        seed,
      );
    return warn(
      `who signs up does not get ${other}, and is answered insufficient_scope until somebody gives it to them`,
      "Make it a default role, in the Logto Console under Roles.",
    );
  },
};

/** A tenant with more is looked at no further. */
const mostRoles = 50;

export const tokenLifetime: Check = {
  name: "token lifetime",
  needs: ["API resource"],
  advice: seed,
  async look(visit) {
    const seconds = (await findApi(visit))?.accessTokenTtl ?? 3600;
    const said = `access tokens live ${Number((seconds / 3600).toFixed(2))} h`;
    return seconds <= maxLifetimeSeconds
      ? ok(said)
      : fail(
          `${said}, and this service refuses what lives longer than ${maxLifetimeSeconds / 3600} h`,
          "Shorten it in the Logto Console: API resources, this one, token expiration time. An hour is a good choice.",
        );
  },
};
