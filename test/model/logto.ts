/** Logto as far as the model needs it: one person's account, and what the calls of the service do to it. */
import * as z from "zod";
import type { JsonValue } from "../../src/json.ts";

export type LogtoCall = { method: string; path: string; body: unknown };
export type LogtoAnswer = { status: number; body?: unknown };

/** What Logto did, when, and on whose behalf. */
export type LogtoEvent = { moment: number; at: number; task: string } & (
  | { kind: "wrote"; patch: Readonly<Record<string, JsonValue>> }
  | { kind: "set_password"; password: string }
  | { kind: "checked_password" | "checked_code"; right: boolean }
  | { kind: "sent_code"; to: string }
);

type WithoutWhen<Event> = Event extends unknown ? Omit<Event, "moment" | "at" | "task"> : never;

/** A session or a grant. `begun` says when, as an event would. */
type Begun = { id: string; at: number; moment: number; refusesToEnd: boolean };

export const userId = "person000001";
export const firstPassword = "first-password";
export const ownEmail = "own@example.test";

const withPassword = z.object({ password: z.string() });
const recipient = z
  .object({ email: z.string(), phone: z.string(), verificationCode: z.string() })
  .partial()
  .transform(({ email, phone, verificationCode }) => ({ to: email ?? phone ?? "", verificationCode }));
const userPatch = z.record(z.string(), z.json());

const problem = (status: number, code: string): LogtoAnswer => ({ status, body: { code } });
const unknownUser = problem(404, "entity.not_found");

type Context = {
  /** Logto's own clock, epoch ms. */
  now(): number;
  moment(): number;
  task(): string;
};

export class LogtoStandIn {
  /** Undefined once the account is deleted. */
  user: Record<string, JsonValue> | undefined;
  password = firstPassword;
  readonly events: LogtoEvent[] = [];
  readonly sessions: Begun[] = [];
  readonly grants: Begun[] = [];
  /** Sessions that were ended. */
  readonly ended: Begun[] = [];
  /** Every primary e-mail address that the account had, and from when on. */
  readonly emails: { moment: number; value: JsonValue }[] = [{ moment: 0, value: ownEmail }];
  /** The code that was last sent to an address, until it is used. */
  readonly codes = new Map<string, { code: string; tries: number }>();
  /** Calls that it should know. */
  readonly unknown: string[] = [];
  readonly #context: Context;
  #made = 0;

  constructor(context: Context) {
    this.#context = context;
    const createdAt = context.now() - 86_400_000;
    this.user = {
      ...{
        id: userId,
        username: "person",
        primaryEmail: ownEmail,
        primaryPhone: "12025550113",
        name: "first",
      },
      ...{ avatar: null, customData: {}, identities: {}, profile: {}, applicationId: null },
      ...{ isSuspended: false, hasPassword: true, lastSignInAt: null, createdAt, updatedAt: createdAt },
    };
  }

  /** Somebody signs in: a session, a grant in it, and a grant of its own. */
  signIn({ refusesToEnd = false, agoMs = 0 } = {}): void {
    const begun = { at: this.#context.now() - agoMs, moment: this.#context.moment(), refusesToEnd };
    this.#made += 1;
    this.sessions.push({ id: `session-${this.#made}`, ...begun });
    this.grants.push({ id: `grant-of-session-${this.#made}`, ...begun });
    this.grants.push({ id: `grant-${this.#made}`, ...begun, refusesToEnd: false });
  }

  /** An administrator, or the person elsewhere, changes the user past the service. */
  change(patch: Record<string, JsonValue>): void {
    if (!this.user) return;
    Object.assign(this.user, patch, { updatedAt: this.#context.now() });
    const { primaryEmail } = patch;
    if (primaryEmail !== undefined) this.emails.push({ moment: this.#context.moment(), value: primaryEmail });
  }

  answer({ method, path, body }: LogtoCall): LogtoAnswer {
    for (const [route, act] of this.#routes) {
      const match = route.exec(`${method} ${path}`);
      if (match) return act(body, match[1] ?? "");
    }
    this.unknown.push(`${method} ${path}`);
    return problem(404, "unknown");
  }

  readonly #routes: readonly (readonly [RegExp, (body: unknown, id: string) => LogtoAnswer])[] = [
    [/^GET \/api\/users\/\w+$/, () => this.#shown()],
    [/^PATCH \/api\/users\/\w+$/, (body) => this.#write(userPatch.parse(body))],
    [/^PATCH \/api\/users\/\w+\/password$/, (body) => this.#setPassword(withPassword.parse(body))],
    [/^POST \/api\/users\/\w+\/password\/verify$/, (body) => this.#checkPassword(withPassword.parse(body))],
    [/^POST \/api\/sign-in-exp\/default\/check-password$/, () => ({ status: 200, body: { result: true } })],
    [/^GET \/api\/sign-in-exp$/, () => ({ status: 200, body: {} })],
    [/^GET \/api\/connectors$/, () => ({ status: 200, body: [{ type: "Email" }, { type: "Sms" }] })],
    [/^POST \/api\/verification-codes$/, (body) => this.#sendCode(recipient.parse(body))],
    [/^POST \/api\/verification-codes\/verify$/, (body) => this.#checkCode(recipient.parse(body))],
    [/^GET \/api\/users\/\w+\/sessions$/, () => this.#listSessions()],
    [/^DELETE \/api\/users\/\w+\/sessions\/([\w-]+)/, (_body, id) => this.#endSession(id)],
    [/^GET \/api\/users\/\w+\/grants$/, () => this.#listGrants()],
    [/^DELETE \/api\/users\/\w+\/grants\/([\w-]+)/, (_body, id) => this.#end(this.grants, id)],
  ];

  #record(event: WithoutWhen<LogtoEvent>) {
    const { moment, now, task } = this.#context;
    this.events.push({ ...event, moment: moment(), at: now(), task: task() });
  }

  /** As the user is now: an answer that takes its time does not know what happens meanwhile. */
  #shown = (): LogtoAnswer => (this.user ? { status: 200, body: { ...this.user } } : unknownUser);

  #write(patch: Record<string, JsonValue>): LogtoAnswer {
    if (!this.user) return unknownUser;
    this.change(patch);
    this.#record({ kind: "wrote", patch });
    return this.#shown();
  }

  #setPassword({ password }: { password: string }): LogtoAnswer {
    if (!this.user) return unknownUser;
    this.change({});
    this.password = password;
    this.#record({ kind: "set_password", password });
    return this.#shown();
  }

  #checkPassword({ password }: { password: string }): LogtoAnswer {
    if (!this.user) return unknownUser;
    const right = password === this.password;
    this.#record({ kind: "checked_password", right });
    return right ? { status: 204 } : problem(422, "session.invalid_credentials");
  }

  #sendCode({ to }: { to: string }): LogtoAnswer {
    this.#made += 1;
    this.codes.set(to, { code: String(100_000 + this.#made), tries: 0 });
    this.#record({ kind: "sent_code", to });
    return { status: 204 };
  }

  #checkCode({ to, verificationCode }: { to: string; verificationCode?: string | undefined }): LogtoAnswer {
    const sent = this.codes.get(to);
    if (!sent) return problem(400, "verification_code.not_found");
    const right = verificationCode === sent.code;
    this.#record({ kind: "checked_code", right });
    if (right) this.codes.delete(to);
    else sent.tries += 1;
    return right ? { status: 204 } : problem(400, "verification_code.code_mismatch");
  }

  #listSessions = (): LogtoAnswer => ({
    status: 200,
    body: {
      sessions: this.sessions.map(({ id, at }) => ({
        payload: { uid: id, accountId: userId, loginTs: Math.floor(at / 1000) },
      })),
    },
  });

  #listGrants = (): LogtoAnswer => ({
    status: 200,
    body: {
      grants: this.grants.map(({ id, at }) => ({
        id,
        payload: { accountId: userId, iat: Math.floor(at / 1000) },
      })),
    },
  });

  #endSession(id: string): LogtoAnswer {
    const session = this.sessions.find((begun) => begun.id === id);
    const answer = this.#end(this.sessions, id);
    if (session && answer.status === 204) this.ended.push(session);
    if (answer.status === 204) this.#end(this.grants, `grant-of-${id}`);
    return answer;
  }

  #end(list: Begun[], id: string): LogtoAnswer {
    const index = list.findIndex((begun) => begun.id === id);
    if (index === -1) return problem(404, "oidc.session_not_found");
    if (list[index]?.refusesToEnd) return { status: 500, body: "Internal Server Error" };
    list.splice(index, 1);
    return { status: 204 };
  }
}
