/** The Management API as the peers call it: a token that is kept, and users that are kept for a short time. */
import { settings } from "./settings.mjs";

const capacity = 10_000;

/**
 * @param send makes one request with the peer's own HTTP client: (method, url, headers, body) → {status, json}.
 */
export function createLogto(send) {
  const { tenant, m2m, cacheMs } = settings;
  const users = new Map();
  let token;

  async function fetchToken() {
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      resource: m2m.resource,
      scope: "all",
    });
    const basic = Buffer.from(`${m2m.id}:${m2m.secret}`).toString("base64");
    const { json } = await send(
      "POST",
      `${tenant}/oidc/token`,
      { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
      form.toString(),
    );
    return { value: json.access_token, until: Date.now() + json.expires_in * 800 };
  }

  async function managementToken() {
    if (token === undefined || (await token).until < Date.now()) token = fetchToken();
    return (await token).value;
  }

  async function call(method, path, body) {
    const headers = { authorization: `Bearer ${await managementToken()}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    return send(
      method,
      `${tenant}/api/users/${path}`,
      headers,
      body === undefined ? undefined : JSON.stringify(body),
    );
  }

  async function userOf(answer) {
    const { status, json } = await answer;
    if (status !== 200) throw new Error(`Logto answered ${status}`);
    return json;
  }

  function keep(userId, user) {
    users.delete(userId);
    users.set(userId, { user, until: Date.now() + cacheMs });
    if (users.size > capacity) users.delete(users.keys().next().value);
    return user;
  }

  return {
    readUser(userId) {
      const kept = users.get(userId);
      if (kept && kept.until > Date.now()) return kept.user;
      return keep(userId, userOf(call("GET", userId)));
    },
    async updateUser(userId, patch) {
      return keep(userId, await userOf(call("PATCH", userId, patch)));
    },
    async verifyPassword(userId, password) {
      const { status } = await call("POST", `${userId}/password/verify`, { password });
      return status === 204;
    },
  };
}
