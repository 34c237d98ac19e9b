/** The service with Medusa's routes, and Medusa's own clients, as they come from npm. */
import Sdk, { FetchError } from "@medusajs/js-sdk";
import Medusa from "@medusajs/medusa-js";
import * as z from "zod";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import { useSessionService } from "./browser-session.ts";
import type { TestService } from "./service.ts";

/** A service for both kinds of actors. @param environment beyond the default. */
export const useMedusaService = (environment: Record<string, string> = {}): TestService =>
  useSessionService({
    MEDUSA_ACTORS: "customer,user:shop-staff",
    ...environment,
  });

const staffRole = "shop-staff-role";

/** Gives a person the role that a user takes. */
export function makeStaff({ state, description }: Tenant, username: string): void {
  if (!state.roles.find(staffRole)) {
    const shared = {
      description: "Staff",
      type: "User" as const,
      isDefault: false,
      scopeIds: new Set<string>(),
    };
    state.roles.insert({ id: staffRole, name: "shop-staff", ...shared });
  }
  const id = description.users.find((user) => user.username === username)?.id ?? "";
  state.users.get(id).roleIds.add(staffRole);
}

/** No test of a client gets an answer that the first generation's would repeat. */
function requireFinal(response: Response): Response {
  const { status } = response;
  if (status === 409 || status >= 500) throw new Error(`a client got ${status}`);
  return response;
}

/** What one client has sent: the statuses of the answers. */
export type Sent = { statuses: number[]; cookie: () => string | undefined };

/** The first generation's client, in a browser of its own: axios has no cookies on Node. */
export function firstClient(
  { url }: Pick<TestService, "url">,
  maxRetries = 0,
): { medusa: Medusa; sent: Sent } {
  let cookie: string | undefined;
  const statuses: number[] = [];
  const medusa = new Medusa({
    baseUrl: `${url}/medusa`,
    maxRetries,
    // What axios sends, with the cookies of a browser, which axios lacks on Node.
    axiosAdapter: async (config) => {
      const path = `/${config.url ?? ""}`.replace("//", "/");
      const response = await fetch(`${config.baseURL}${path}`, {
        method: (config.method ?? "get").toUpperCase(),
        headers: { ...config.headers, ...(cookie === undefined ? {} : { cookie }) },
        ...(config.data === undefined ? {} : { body: config.data }),
      });
      statuses.push(requireFinal(response).status);
      const [set] = response.headers.getSetCookie();
      if (set !== undefined) cookie = set.includes("Max-Age=0") ? undefined : set.split(";")[0];
      const { status, statusText } = response;
      const text = await response.text();
      const data = response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
      const answered = { data, status, statusText, headers: {}, config };
      if (response.ok) return answered;
      throw Object.assign(new Error(`status ${status}`), { config, response: answered, isAxiosError: true });
    },
  });
  return { medusa, sent: { statuses, cookie: () => cookie } };
}

/** The header by which a client here says which browser it runs in: on Node, `fetch` has no cookies. */
const browserHeader = "x-browser";
const cookies = new Map<string, string>();
const plainFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const headers = new Headers(init?.headers);
  const browser = headers.get(browserHeader);
  if (browser === null) {
    const answer = await plainFetch(input, init);
    return headers.has("x-medusa-locale") ? requireFinal(answer) : answer;
  }
  headers.delete(browserHeader);
  const cookie = cookies.get(browser);
  if (cookie !== undefined) headers.set("cookie", cookie);
  const response = requireFinal(await plainFetch(input, { ...init, headers }));
  const [set] = response.headers.getSetCookie();
  if (set?.includes("Max-Age=0")) cookies.delete(browser);
  else if (set !== undefined) cookies.set(browser, set.split(";")[0] ?? "");
  return response;
};

/** The second generation's client in session mode, in a browser of its own. */
export function browserOf({ url }: Pick<TestService, "url">): { sdk: Sdk; cookie(): string | undefined } {
  const browser = crypto.randomUUID();
  const sdk = new Sdk({
    baseUrl: `${url}/medusa`,
    globalHeaders: { [browserHeader]: browser },
    auth: { type: "session" },
  });
  return { sdk, cookie: () => cookies.get(browser) };
}

/** The client with its token in memory, or in session mode. */
export const sdkOf = (service: Pick<TestService, "url">, mode: "jwt" | "session"): Sdk =>
  mode === "session"
    ? browserOf(service).sdk
    : new Sdk({ baseUrl: `${service.url}/medusa`, auth: { type: "jwt", jwtTokenStorageMethod: "memory" } });

/** What the second generation's client throws for a refused call: status and message. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<[status: number | undefined, message: string]> {
  const error: unknown = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof FetchError)) throw new Error("the call was not refused");
  return [error.status, error.message];
}

/** The token of an answer. The second generation's client also knows answers without one. */
export function tokenOf(answer: unknown): string {
  const { token } = z
    .object({ token: z.string() })
    .parse(typeof answer === "string" ? { token: answer } : answer);
  return token;
}
