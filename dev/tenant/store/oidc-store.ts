import type { AdapterPayload } from "oidc-provider";
import { randomId } from "../ids.ts";

type Entry = { payload: AdapterPayload; expiresAt: number };

/** What a user submitted on the sign-in page. The Management API shows it with the session. */
export type Submission = {
  interactionEvent: string;
  userId: string;
  verificationRecords: unknown[];
  /** Address, browser and location. */
  signInContext: Record<string, string>;
  clientId: string;
};

const sweepAt = 5000;
/** A refresh token that was used still works this long, in milliseconds, so that parallel refreshes all succeed. */
const reuseGrace = 3_000;

/** Sessions, grants and tokens of the OpenID provider, by model name and id; times are epoch milliseconds. */
export class OidcStore {
  readonly #models = new Map<string, Map<string, Entry>>();
  /** The last submission of each user, until consent is given. */
  readonly #pendingSubmissions = new Map<string, Submission>();
  readonly #submissions = new Map<string, Submission>();

  find(model: string, id: string): AdapterPayload | undefined {
    const entry = this.#model(model).get(id);
    if (entry === undefined || entry.expiresAt <= Date.now()) return undefined;
    const { consumed } = entry.payload;
    const inGrace =
      model === "RefreshToken" && typeof consumed === "number" && Date.now() - consumed < reuseGrace;
    return inGrace ? { ...entry.payload, consumed: undefined } : entry.payload;
  }

  /** Every live entry of a model. */
  list(model: string): AdapterPayload[] {
    const entries = [...this.#model(model).values()];
    return entries.filter(({ expiresAt }) => expiresAt > Date.now()).map(({ payload }) => payload);
  }

  put(model: string, id: string, payload: AdapterPayload, expiresIn: number | undefined): void {
    const entries = this.#model(model);
    if (entries.size >= sweepAt) this.#sweep(entries);
    entries.set(id, {
      payload,
      expiresAt: expiresIn ? Date.now() + expiresIn * 1000 : Number.POSITIVE_INFINITY,
    });
  }

  consume(model: string, id: string): void {
    const entry = this.#model(model).get(id);
    if (entry) entry.payload = { ...entry.payload, consumed: Date.now() };
  }

  remove(model: string, id: string): void {
    this.#model(model).delete(id);
  }

  /** Removes every entry of the models that satisfies the test. */
  removeWhere(models: string[], test: (payload: AdapterPayload) => boolean): void {
    for (const model of models) {
      for (const [id, { payload }] of this.#model(model)) if (test(payload)) this.remove(model, id);
    }
  }

  /** Deletes a user's sessions and tokens. Grants and authorization codes stay, as at Logto. */
  signOut(accountId: string): void {
    this.removeWhere(
      ["Session", "RefreshToken", "AccessToken"],
      (payload) => payload.accountId === accountId,
    );
  }

  /** What was submitted last for a session, and then consented to. */
  submissionOf({ uid }: AdapterPayload): Submission | undefined {
    return this.#submissions.get(uid ?? "");
  }

  /** Keeps what a user submitted until they consent. */
  submitted(submission: Submission): void {
    this.#pendingSubmissions.set(submission.userId, submission);
  }

  /** Logto shows a submission with its session only when a consent step followed it. */
  consented(userId: string, sessionUid: string): void {
    const submission = this.#pendingSubmissions.get(userId);
    this.#pendingSubmissions.delete(userId);
    if (submission) this.#submissions.set(sessionUid, submission);
  }

  /** Deletes a grant and every token that was issued under it. */
  revokeGrant(grantId: string): void {
    const tokens = ["AccessToken", "RefreshToken", "AuthorizationCode"];
    this.removeWhere(tokens, (payload) => payload.grantId === grantId);
    this.remove("Grant", grantId);
  }

  /** Takes a grant out of the sessions that use it. Their cookies stop working, but they stay listed. */
  detachGrant(grantId: string): void {
    for (const [id, entry] of this.#model("Session")) {
      const authorizations = Object.entries(entry.payload.authorizations ?? {});
      const others = authorizations.filter(([, authorization]) => authorization.grantId !== grantId);
      if (others.length === authorizations.length) continue;
      const jti = randomId(43);
      const payload = { ...entry.payload, jti, authorizations: Object.fromEntries(others) };
      this.remove("Session", id);
      this.#model("Session").set(jti, { ...entry, payload });
    }
  }

  #model(name: string): Map<string, Entry> {
    const entries = this.#models.get(name) ?? new Map<string, Entry>();
    this.#models.set(name, entries);
    return entries;
  }

  #sweep(entries: Map<string, Entry>): void {
    for (const [id, { expiresAt }] of entries) if (expiresAt <= Date.now()) entries.delete(id);
  }
}
