/** One call: who calls, the repeat after a step-up, the repeat after a 503, and refusals as errors. */
import { ProblemError, toError } from "./problem.ts";
import type { Schemas } from "./schemas.ts";

type Recipient = { email: string } | { phone: string };

const stepUpMethods = ["password", "email", "phone", "sign_in"] as const;
/** By what a person proves that it is them. `sign_in`: by signing in again, where there is a cookie session. */
export type StepUpMethod = (typeof stepUpMethods)[number];
/** What the person gave; `undefined` if they gave up. */
export type StepUpAnswer = { password: string } | (Recipient & { verificationCode: string }) | undefined;

export type StepUpContext = {
  /** Sends a code to an address that the person has already. */
  sendCode(to: Recipient): Promise<Schemas["SentCode"]>;
  /** Why the answer before was refused, if this is not the first question. */
  refused?: ProblemError;
};

export type ClientOptions = {
  /** Where the service is, such as `https://profile.example.org`. Default: the page's own origin. */
  baseUrl?: string;
  /** Gives the access token of a call. Without it, the cookie session is used. */
  accessToken?: () => string | Promise<string>;
  /**
   * Asks the person for a proof, where a call needs one; the call is then repeated. It is asked again after a wrong
   * password or code. What it throws, the call throws.
   * @param methods those that can work now.
   */
  onStepUp?: (methods: readonly StepUpMethod[], context: StepUpContext) => Promise<StepUpAnswer>;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
};

/** A document with its entity tag, for a change that is based on it. */
export type Tagged<Document> = { data: Document; etag: string };

export type CallOptions<Data> = {
  /** A file is sent as it is, anything else as JSON. */
  body?: unknown;
  /** What the caller has: it is returned if it is still the same. */
  known?: Tagged<Data> | undefined;
  headers?: Record<string, string | undefined>;
  /** Whether the service carries out every repeat again; then no `Idempotency-Key` is sent. */
  once?: boolean;
};

type Call = <Data>(method: string, path: string, options?: CallOptions<Data>) => Promise<Tagged<Data>>;
type StepUpRecord = { id: string; until: number };

/** The longest wait for a repeat after a 503; in seconds. */
const longestWait = 10;
const wrongAnswers = ["password_incorrect", "code_incorrect", "code_expired"] as const;

/** Where the service is, without a slash at the end. */
export const baseOf = ({ baseUrl = "" }: ClientOptions): string => baseUrl.replace(/\/$/, "");

export function createCall(options: ClientOptions): Call {
  const { accessToken, onStepUp, fetch: send = (...request) => fetch(...request) } = options;
  let record: StepUpRecord | undefined;

  const request = async <Data>(
    method: string,
    path: string,
    { body, headers = {}, known }: CallOptions<Data>,
  ) => {
    const sent = new Headers(
      accessToken ? { Authorization: `Bearer ${await accessToken()}` } : { "X-CSRF": "1" },
    );
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.set(name, value);
    if (known) sent.set("If-None-Match", known.etag);
    if (record && record.until > Date.now()) sent.set("Verification-Id", record.id);
    const isFile = body instanceof Blob;
    if (body !== undefined) sent.set("Content-Type", isFile ? body.type : "application/json");
    return send(`${baseOf(options)}${path}`, {
      method,
      headers: sent,
      body: isFile ? body : body === undefined ? null : JSON.stringify(body),
      credentials: accessToken ? "omit" : "include",
      // The client itself knows what it has: see `If-None-Match`.
      cache: "no-store",
    });
  };

  /** One repeat, with the same key, if the service surely did nothing. */
  const repeating = async <Data>(method: string, path: string, given: CallOptions<Data>) => {
    const key = method === "GET" || given.once ? undefined : crypto.randomUUID();
    const keyed = { ...given, headers: { ...given.headers, "Idempotency-Key": key } };
    const answer = await request(method, path, keyed);
    const wait = Number(answer.headers.get("Retry-After") ?? Number.NaN);
    if (answer.status !== 503 || !(wait <= longestWait)) return answer;
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    return request(method, path, keyed);
  };

  const call: Call = async (method, path, given = {}) => {
    const answer = await repeating(method, path, given);
    if (answer.status === 304 && given.known) return given.known;
    if (answer.ok)
      return { data: JSON.parse((await answer.text()) || "null"), etag: answer.headers.get("ETag") ?? "" };
    const refusal = await toError(answer);
    if (!(refusal instanceof ProblemError && refusal.is("step_up_required") && onStepUp)) throw refusal;
    record = await prove(refusal, onStepUp);
    return call(method, path, given);
  };

  async function prove(
    refusal: ProblemError,
    ask: NonNullable<ClientOptions["onStepUp"]>,
  ): Promise<StepUpRecord> {
    const methods = stepUpMethods.filter((method) => refusal.problem.methods?.includes(method));
    const sendCode = async (to: Recipient) =>
      (await call<Schemas["SentCode"]>("POST", "/me/verification-codes", { body: to })).data;
    let context: StepUpContext = { sendCode };
    for (;;) {
      const given = await ask(methods, context);
      if (!given) throw refusal;
      const path = "password" in given ? "/me/password/verify" : "/me/verification-codes/verify";
      try {
        const { data } = await call<Schemas["StepUpRecord"]>("POST", path, { body: given });
        return { id: data.verificationId, until: Date.parse(data.expiresAt) };
      } catch (error) {
        if (!(error instanceof ProblemError && error.is(...wrongAnswers))) throw error;
        context = { sendCode, refused: error };
      }
    }
  }

  return call;
}
