import type { AdapterPayload } from "oidc-provider";

type Entry = { payload: AdapterPayload; expiresAt: number };

/** What a user submitted on the sign-in page. The Management API shows it with the session. */
export type Submission = {
  interactionEvent: string;
  userId: string;
  verificationRecords: unknown[];
  signInContext: { ip: string; userAgent: string };
  clientId: string;
};

const sweepAt = 5000;
/** A refresh token that was used still works this long, in milliseconds, so that parallel refreshes all succeed. */
const reuseGrace = 3_000;

/** Sessions, grants and tokens of the OpenID provider, by model name and id; times are epoch milliseconds. */
export class OidcStore {
  readonly #models = new Map<string, Map<string, Entry>>();
  /** The last submission of each user, until the session that it opens is stored. */
  readonly pendingSubmissions = new Map<string, Submission>();
  readonly submissions = new Map<string, Submission>();

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
    if (model === "Session") this.#attachSubmission(payload);
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

  /** Deletes a grant and every token that was issued under it. */
  revokeGrant(grantId: string): void {
    const tokens = ["AccessToken", "RefreshToken", "AuthorizationCode"];
    this.removeWhere(tokens, (payload) => payload.grantId === grantId);
    this.remove("Grant", grantId);
  }

  #model(name: string): Map<string, Entry> {
    const entries = this.#models.get(name) ?? new Map<string, Entry>();
    this.#models.set(name, entries);
    return entries;
  }

  #sweep(entries: Map<string, Entry>): void {
    for (const [id, { expiresAt }] of entries) if (expiresAt <= Date.now()) entries.delete(id);
  }

  #attachSubmission({ accountId, uid }: AdapterPayload): void {
    const submission = accountId === undefined ? undefined : this.pendingSubmissions.get(accountId);
    if (accountId === undefined || uid === undefined || submission === undefined) return;
    this.submissions.set(uid, submission);
    this.pendingSubmissions.delete(accountId);
  }
}
