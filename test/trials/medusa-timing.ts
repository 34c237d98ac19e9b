/**
 * `npm run trial:medusa [-- <number>]`: prints how long sign-ins with a wrong password and requests for a reset take, for
 * addresses that somebody has and that nobody has; medians in milliseconds.
 */
import { loadavg } from "node:os";
import { sessionEnvironment, startWebTenant } from "../support/browser-session.ts";
import { startService } from "../support/service.ts";

const number = Number(process.argv[2] ?? 200);
const tenant = await startWebTenant();
const service = await startService({
  tenant,
  environment: {
    ...sessionEnvironment(tenant),
    MEDUSA_ACTORS: "customer",
    TRUSTED_PROXIES: "127.0.0.0/8",
  },
});

// The tenant's own lock counts by its own clock.
tenant.state.signInExperience.sentinelPolicy = { maxAttempts: 1_000_000 };

const emailpass = "/medusa/auth/customer/emailpass";
const ways = {
  "sign-in": { path: emailpass, body: (email: string): object => ({ email, password: "wrong-password" }) },
  reset: { path: `${emailpass}/reset-password`, body: (identifier: string): object => ({ identifier }) },
};

/** No limit is met: each call comes from an address of its own, and a day later. */
async function time(way: keyof typeof ways, email: string, index: number): Promise<number> {
  service.platform.advance(25 * 3_600_000);
  const { path, body } = ways[way];
  const headers = { "x-forwarded-for": `10.0.${index >> 8}.${index & 255}` };
  const startedAt = performance.now();
  const { status } = await service.anonymous("POST", path, body(email), headers);
  const took = performance.now() - startedAt;
  if (status === 429) throw new Error("a limit was met");
  await service.platform.idle();
  return took;
}

const median = (times: number[]) => times.toSorted((one, other) => one - other)[times.length >> 1] ?? 0;

for (const way of ["sign-in", "reset"] as const) {
  const known: number[] = [];
  const unknown: number[] = [];
  for (let index = 0; index < number; index += 1) {
    known.push(await time(way, "bob@example.test", index));
    unknown.push(await time(way, `nobody-${index}@example.test`, index));
  }
  const [one, other] = [median(known), median(unknown)];
  const gap = Math.abs(one - other).toFixed(2);
  console.log(`${way}: known ${one.toFixed(2)}, unknown ${other.toFixed(2)}, gap ${gap} of ${number} each`);
}
console.log(`load ${loadavg()[0]?.toFixed(2)}`);
await service.close();
await tenant.close();
