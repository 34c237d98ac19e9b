/** The typed client against the running service, as a page with access tokens uses it. */
import { expect, test } from "vitest";
import { type ClientOptions, createClient, ProblemError } from "../../src/client/client.ts";
import { useService } from "../support/fixtures.ts";

const service = useService();
const password = "alice-password-1";

type Sent = { method: string; path: string; headers: Headers };

/** A client of alice, and what it sends. @param answer replaces an answer of the service. */
function clientOf(options: ClientOptions = {}, answer?: (sent: Sent, count: number) => Response | undefined) {
  const sent: Sent[] = [];
  const client = createClient({
    baseUrl: service.url,
    accessToken: () => service.token("alice"),
    fetch: async (url, init) => {
      const request = { method: init?.method ?? "", path: String(url), headers: new Headers(init?.headers) };
      sent.push(request);
      service.platform.advance(1);
      return answer?.(request, sent.length) ?? fetch(url, init);
    },
    ...options,
  });
  return { client, sent };
}

const refusalOf = (work: Promise<unknown>): Promise<ProblemError> =>
  work.then(
    () => Promise.reject(new Error("The call was not refused.")),
    (error) => (error instanceof ProblemError ? error : Promise.reject(error)),
  );

test("reads the profile, changes it, and is refused a change that is based on an older one", async () => {
  const { client } = clientOf();
  const { data, etag } = await client.profile.get();
  expect(data.username).toBe("alice");
  const changed = await client.profile.patch({ name: "Alice Client" }, { ifMatch: etag });
  expect(changed.data.name).toBe("Alice Client");
  const refusal = await refusalOf(client.profile.patch({ name: "Alice Late" }, { ifMatch: etag }));
  expect(refusal.is("version_conflict")).toBe(true);
});

test("asks for a document again only if it has changed", async () => {
  const { client, sent } = clientOf();
  const first = await client.profile.get();
  expect(await client.profile.get()).toBe(first);
  expect(sent[1]?.headers.get("If-None-Match")).toBe(first.etag);
  await client.profile.patch({ name: "Alice Again" });
  expect((await client.profile.get()).data.name).toBe("Alice Again");
});

test("names the field of a value that is refused", async () => {
  const { client } = clientOf();
  const { problem } = await refusalOf(client.profile.patch({ profile: { birthdate: "31.12.1990" } }));
  expect(problem).toMatchObject({ code: "validation_failed", errors: [{ pointer: "/profile/birthdate" }] });
});

test("asks the person for a proof, again after a wrong one, and then makes the call", async () => {
  const asked: unknown[] = [];
  const { client, sent } = clientOf({
    onStepUp: async (methods, { refused }) => {
      asked.push({ methods, refused: refused?.problem.code });
      return { password: refused ? password : "not-the-password" };
    },
  });
  const { data } = await client.business.patch({ ssn: "521-73-8846" });
  expect(data.ssn?.masked).toMatch(/8846$/);
  expect(asked).toEqual([
    { methods: ["password", "email", "phone"], refused: undefined },
    { methods: ["password", "email", "phone"], refused: "password_incorrect" },
  ]);
  expect(await client.business.reveal(["ssn"])).toEqual({ ssn: "521-73-8846" });
  expect(asked).toHaveLength(2);
  const keys = sent
    .filter(({ method }) => method === "PATCH")
    .map(({ headers }) => headers.get("Idempotency-Key"));
  expect(new Set(keys).size).toBe(2);
});

test("takes a code that was sent to an address of the person's for a proof", async () => {
  const { client } = clientOf({
    onStepUp: async (_methods, { sendCode }) => {
      const { sentTo } = await sendCode({ email: "alice@example.test" });
      const verificationCode = service.tenant.messages(sentTo)?.code ?? "";
      return { email: sentTo, verificationCode };
    },
  });
  expect(await client.business.reveal(["ssn"])).toHaveProperty("ssn");
});

test("throws the refusal if the person gives up, or if nobody can be asked", async () => {
  const givingUp = clientOf({ onStepUp: async () => undefined }).client;
  expect((await refusalOf(givingUp.business.reveal(["ssn"]))).is("step_up_required")).toBe(true);
  const { problem } = await refusalOf(clientOf().client.business.reveal(["ssn"]));
  expect(problem.methods).toContain("password");
});

test("repeats a call once, with the same key, after a 503 that says when", async () => {
  const unavailable = () => new Response("{}", { status: 503, headers: { "Retry-After": "0" } });
  const { client, sent } = clientOf({}, (_sent, count) => (count === 1 ? unavailable() : undefined));
  await client.profile.patch({ name: "Alice Repeated" });
  const [first, second] = sent.map(({ headers }) => headers.get("Idempotency-Key"));
  expect(first).toMatch(/^[0-9a-f-]{36}$/);
  expect(second).toBe(first);
  const twice = clientOf({}, (_sent, count) => (count <= 2 ? unavailable() : undefined));
  await expect(twice.client.profile.get()).rejects.toThrow("503");
  expect(twice.sent).toHaveLength(2);
});

test("does not wait for a 503 that takes long, and says how long", async () => {
  const body = JSON.stringify({
    type: "",
    title: "Away",
    status: 503,
    code: "upstream_unavailable",
    requestId: "",
  });
  const headers = { "Retry-After": "60", "Content-Type": "application/problem+json" };
  const { client, sent } = clientOf({}, () => new Response(body, { status: 503, headers }));
  expect((await refusalOf(client.profile.get())).retryAfter).toBe(60);
  expect(sent).toHaveLength(1);
});

test("reads the activity page by page", async () => {
  const { client } = clientOf();
  for (let change = 0; change < 51; change += 1) await client.profile.patch({ name: `Alice ${change}` });
  const pages = [];
  for await (const page of client.activity.pages()) pages.push(page);
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flat().length).toBeGreaterThan(50);
});

test("undoes a change", async () => {
  const { client } = clientOf();
  await client.profile.patch({ name: "To be undone" });
  const [newest] = await client.undo.list();
  expect(await client.undo.change(newest?.ref ?? "")).toEqual({ fields: ["/name"], revokedSessions: 0 });
});

test("checks a password, says whether there is one, and changes it", async () => {
  const { client } = clientOf({ onStepUp: async () => ({ password }) });
  expect(await client.password.has()).toBe(true);
  expect((await client.password.check("abc")).ok).toBe(false);
  expect(await client.password.change("a new pass phrase, 1")).toHaveProperty("revokedSessions");
});

test("takes what `fetch` throws for what it is", async () => {
  const { client } = clientOf({ fetch: async () => Promise.reject(new TypeError("offline")) });
  await expect(client.profile.get()).rejects.toThrow("offline");
});
