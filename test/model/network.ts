/** The way from an instance to Logto: requests and answers travel, and are delayed, refused or lost. */
import type { LogtoAnswer, LogtoCall, LogtoStandIn } from "./logto.ts";
import type { Luck } from "./luck.ts";
import type { Stage } from "./stage.ts";

type Fate = "arrives" | "not_sent" | "lost" | "answer_lost" | "silence" | "401" | "429" | "503" | "taken";

const troubles = ["not_sent", "lost", "answer_lost", "answer_lost", "silence", "401", "429", "503"] as const;

export type NetworkOptions = {
  stage: Stage;
  logto: LogtoStandIn;
  luck: Luck;
  /** How likely something happens to a request. */
  networkTrouble: number;
  /** How likely its answer is slow. */
  slowness: number;
};

/** A caller still waits for an answer that takes as long. */
const slowMs = 4_000;

/** What the runtime's fetch throws. */
const networkError = (code: string) =>
  Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(code), { code }) });
const connectionReset = () => networkError("ECONNRESET");

const responseOf = ({ status, body }: LogtoAnswer) =>
  status === 204 ? new Response(null, { status }) : Response.json(body, { status });

/** @returns the `fetch` of every instance. */
export function createNetwork(options: NetworkOptions): typeof fetch {
  const { stage, luck, networkTrouble } = options;
  const fateOf = (call: LogtoCall): Fate => {
    if (stage.isSmooth() || !luck.chance(networkTrouble)) return "arrives";
    return changesIdentifier(call) && luck.chance(0.3) ? "taken" : luck.pick(troubles);
  };
  return async (input, init) => {
    const request = input instanceof Request ? input : new Request(input, init);
    const call = await callOf(request);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    // A caller that gives up does not call back what it has sent.
    request.signal.addEventListener("abort", () => reject(request.signal.reason));
    travel(options, call, fateOf(call)).then((answer) => resolve(responseOf(answer)), reject);
    return promise;
  };
}

async function callOf(request: Request): Promise<LogtoCall> {
  const { pathname, search } = new URL(request.url);
  const text = request.body ? await request.text() : "";
  const isJson = request.headers.get("content-type")?.includes("json") ?? false;
  return { method: request.method, path: pathname + search, body: isJson ? JSON.parse(text) : text };
}

const changesIdentifier = ({ method, path, body }: LogtoCall) =>
  method === "PATCH" &&
  !path.endsWith("/password") &&
  typeof body === "object" &&
  body !== null &&
  ["username", "primaryEmail", "primaryPhone"].some((name) => Object.hasOwn(body, name));

const answers: Partial<Record<Fate, LogtoAnswer>> = {
  401: { status: 401, body: { code: "auth.unauthorized" } },
  429: { status: 429, body: {} },
  503: { status: 503, body: {} },
  taken: { status: 422, body: { code: "user.email_already_in_use" } },
};

async function travel(
  { stage, logto, luck, slowness }: NetworkOptions,
  call: LogtoCall,
  fate: Fate,
): Promise<LogtoAnswer> {
  const label = `${call.method} ${call.path.replace(/^\/api/, "")}`;
  if (fate === "not_sent") throw networkError("ECONNREFUSED");
  const hasArrived = await arrival(stage, luck, `${label} (${fate})`);
  if (fate === "lost") throw connectionReset();
  if (!hasArrived) return new Promise(() => {});
  const instead = answers[fate];
  const answer = instead ?? (call.path === "/oidc/token" ? tokenAnswer() : logto.answer(call));
  if (!stage.isSmooth() && slowness > 0 && luck.chance(slowness)) await stage.wait(slowMs);
  await stage.whileAwake();
  if (fate === "silence") return new Promise(() => {});
  await stage.turn(`${label} ${answer.status}`);
  await stage.whileAwake();
  if (fate === "answer_lost") throw connectionReset();
  return answer;
}

/** @returns whether the request arrives, at the latest when it must. One that was late is on its own either way. */
function arrival(stage: Stage, luck: Luck, label: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const cancel = stage.inTime(() => resolve(luck.chance(0.5)));
  void stage.turn(label).then(() => {
    cancel();
    resolve(true);
  });
  return promise;
}

const tokenAnswer = (): LogtoAnswer => ({
  status: 200,
  body: { access_token: "token", expires_in: 3600, token_type: "Bearer", scope: "all" },
});
