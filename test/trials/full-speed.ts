/**
 * One signed-in client that repeats a call over fifty connections as fast as it is answered: the other side of
 * `hostile-client.ts`. Usage: `node full-speed.ts <way> <url> <token> <seconds>`; it prints how many answers of each
 * status it got.
 */
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";

type Sent = { method: string; path: string; headers?: Record<string, string>; body?: string };

/** A refusal that names as much of the request as one can. */
const largest = JSON.stringify(
  Object.fromEntries(Array.from({ length: 190 }, (_, index) => [`${index}${"x".repeat(330)}`, 0])),
);

/** The ways of going too far, each with what it sends the next time. */
const ways: Readonly<Record<string, (count: number) => Sent>> = {
  "kept-answers": () => ({ ...change({ name: 5 }), headers: { "idempotency-key": randomUUID() } }),
  "large-kept-answers": () => ({
    ...change({}),
    headers: { "idempotency-key": randomUUID() },
    body: largest,
  }),
  "no-cache-reads": () => ({ method: "GET", path: "/me", headers: { "cache-control": "no-cache" } }),
  "password-checks": () => ({
    method: "POST",
    path: "/me/password/check",
    body: JSON.stringify({ password: "Rainy-Harbour-27" }),
  }),
  "parallel-changes": (count) => change({ customData: { preferences: { count } } }),
};

const change = (patch: object): Sent => ({ method: "PATCH", path: "/me", body: JSON.stringify(patch) });

const [, , way = "", url = "", token = "", seconds = "0"] = process.argv;
const next = ways[way];
if (!next) throw new Error(`Ways: ${Object.keys(ways).join(", ")}`);

const connections = 50;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const statuses: Record<number, number> = {};
let count = 0;

/** Resolves to 0 where the connection was cut. */
const send = ({ method, path, headers, body }: Sent): Promise<number> =>
  new Promise((resolve) => {
    const sent = request(
      `${url}${path}`,
      {
        agent,
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (response) => {
        response.resume().once("end", () => resolve(response.statusCode ?? 0));
      },
    );
    sent.once("error", () => resolve(0));
    sent.end(body);
  });

const endsAt = performance.now() + Number(seconds) * 1000;
async function repeat(make: (count: number) => Sent) {
  while (performance.now() < endsAt) {
    count += 1;
    const status = await send(make(count));
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
}
await Promise.all(Array.from({ length: connections }, () => repeat(next)));
agent.destroy();
process.stdout.write(`${JSON.stringify(statuses)}\n`);
