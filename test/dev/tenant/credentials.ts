import type { Replay } from "./replay.ts";

/**
 * The Authorization header of a recorded call. `auth` is `management`, `none`, `basic:<application>`,
 * `bearer::<placeholder>`, or one of the forged tokens of {@link forged}.
 */
export async function authorization(replay: Replay, auth: string): Promise<Record<string, string>> {
  const { m2m, web } = replay.tenant.description;
  const [kind = "", detail = ""] = auth.split(/:(.*)/s);
  if (kind === "none") return {};
  if (kind === "management") return { authorization: `Bearer ${await managementToken(replay)}` };
  if (kind === "bearer") return { authorization: `Bearer ${replay.placeholders.resolveText(detail)}` };
  if (kind === "scheme") return { authorization: `${detail} ${await managementToken(replay)}` };
  if (kind !== "basic") return { authorization: `Bearer ${await forged(replay, kind, detail)}` };
  const clients: Record<string, [string, string]> = {
    m2m: [m2m.appId, m2m.appSecret],
    secondSecret: [m2m.appId, "second-secret"],
    wrongSecret: [m2m.appId, "nope"],
    web: [web.appId, web.appSecret],
    unknown: ["nope", "nope"],
    deleted: ["deletedapplication001", "nope"],
  };
  const [id, secret] = clients[detail] ?? [detail, "a-secret"];
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` };
}

/** A valid token for the Management API. It is signed here, not requested. */
async function managementToken(replay: Replay): Promise<string> {
  return replay.token("management", () => managementClaims(replay));
}

function managementClaims({ tenant }: Replay): Record<string, unknown> {
  const { issuer, managementApi, m2m } = tenant.description;
  const iat = Math.floor(Date.now() / 1000);
  const claims = { jti: "x", sub: m2m.appId, iat, exp: iat + 3600, scope: "all", client_id: m2m.appId };
  return { ...claims, iss: issuer, aud: managementApi };
}

/** Tokens with one fault, or with one oddity that Logto accepts. */
async function forged(replay: Replay, kind: string, detail: string): Promise<string> {
  const claims = managementClaims(replay);
  const { sign } = replay.tenant;
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  switch (kind) {
    case "garbage":
      return "garbage";
    case "alg-none":
      return `${encode({ alg: "none", typ: "at+jwt" })}.${encode(claims)}.`;
    case "tampered": {
      const [header, , signature] = (await sign(claims)).split(".");
      return `${header}.${encode({ ...claims, sub: "somebody-else" })}.${signature}`;
    }
    case "typ-jwt":
      return sign(claims, { typ: "JWT" });
    case "unknown-kid":
      return sign(claims, { kid: "unknown" });
    case "no-scope":
      return sign({ ...claims, scope: "" });
    case "deleted-app":
      return sign({ ...claims, sub: "deletedapplication001", client_id: "deletedapplication001" });
    default:
      return sign(
        detail.split(";").reduce((changed, change) => changedClaims(replay, changed, change), claims),
      );
  }
}

/** `exp=-10` sets a time in seconds from now; `exp` alone removes the claim. */
function changedClaims(
  { placeholders }: Replay,
  claims: Record<string, unknown>,
  change: string,
): Record<string, unknown> {
  const [name = "", value] = change.split(/=(.*)/s);
  if (name === "") return claims;
  const { [name]: _removed, ...rest } = claims;
  if (value === undefined) return rest;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return { ...rest, [name]: Math.floor(Date.now() / 1000) + seconds };
  return { ...rest, [name]: placeholders.get(value) || value };
}
