/** Is the service at its address, behind a good certificate and proxies that it knows? */
import type { SeenConnection } from "../../http/doctor-echo.ts";
import { madeUp } from "./ask-readiness.ts";
import { type Check, fail, type Outcome, ok, warn } from "./check.ts";
import type { Visit } from "./visit.ts";

export const serviceReady: Check = {
  name: "service",
  needs: ["configuration"],
  advice: "Start the service, and let the proxy hand requests for PUBLIC_URL to it.",
  async look(visit) {
    const { publicUrl } = visit.config();
    const { status, checks } = await visit.readiness();
    if (!checks)
      return fail(
        `what answers ${status} at ${publicUrl}/readyz is not this service`,
        "Set PUBLIC_URL to where this service is, its path included, or let the proxy hand requests for it on.",
      );
    const troubles = Object.entries(checks).filter(([, state]) => state !== "ok");
    if (status === 200) return ok(`ready at ${publicUrl}`);
    return fail(
      `not ready at ${publicUrl}: ${troubles.map(([part, state]) => `${part} ${state}`).join(", ")}`,
      "See docs/operating.md, What to watch. It may run with an older configuration than the one that was looked at here: restart it.",
    );
  },
};

export const proxy: Check = {
  name: "proxy",
  needs: ["service", "encryption keys"],
  advice: "See docs/operating.md, Behind a proxy.",
  async look(visit) {
    const { seen } = await visit.readiness();
    if (!seen)
      return fail(
        "the service at PUBLIC_URL does not know this configuration's keys, so that it does not say how it sees us",
        "Restart every instance with this configuration and this release. PUBLIC_URL may also lead to another installation.",
      );
    return visit.runtime === "worker" ? onWorkers(visit, seen) : onNode(visit, seen);
  },
};

function onWorkers(visit: Visit, { client }: SeenConnection): Outcome {
  return visit.config().trustedProxies.length > 0
    ? warn(
        "TRUSTED_PROXIES is set, and Cloudflare names the address",
        "Leave TRUSTED_PROXIES empty on Workers.",
      )
    : ok(`this machine is counted as ${client}`);
}

function onNode(visit: Visit, { client, connection, xForwardedFor, forwarded }: SeenConnection): Outcome {
  const { publicUrl, trustedProxies } = visit.config();
  const appended = [...xForwardedFor, ...forwarded].filter((hop) => hop !== madeUp);
  if (client === madeUp) return believesAnybody(connection, appended[0]);
  if (client !== connection)
    return ok(`this machine is counted as ${client}, through the proxy ${connection}`);
  if (xForwardedFor.length > 0 && forwarded.length > 0)
    return fail(
      `requests carry X-Forwarded-For and Forwarded, and the two name different people: all are counted as ${connection}`,
      "Let the proxy remove the one of the two headers that it does not append to.",
    );
  if (appended.length > 0)
    return fail(
      `requests come through the proxy ${connection}, which is not in TRUSTED_PROXIES: all people share its limits`,
      `Set TRUSTED_PROXIES to the proxy's own address: ${rangeOf(connection)}.`,
    );
  if (publicUrl.startsWith("https:"))
    return fail(
      `the proxy ${connection} appends neither X-Forwarded-For nor Forwarded: all people share its limits`,
      `Let it append to X-Forwarded-For, and set TRUSTED_PROXIES to ${rangeOf(connection)}.`,
    );
  return trustedProxies.length > 0
    ? warn(
        `TRUSTED_PROXIES is set, and this request came from ${connection} without a proxy`,
        "Take out of TRUSTED_PROXIES what is no proxy in front of this service, or ask at the proxy's address: PUBLIC_URL.",
      )
    : ok(`no proxy: this machine is counted as ${connection}`);
}

/** @param hop what a proxy appended; undefined if none did. */
function believesAnybody(connection: string, hop: string | undefined): Outcome {
  return hop === undefined
    ? fail(
        `anybody can make up an address: what ${connection} hands on in X-Forwarded-For came from the client`,
        `Let the proxy ${connection} append to X-Forwarded-For. If it is no proxy, take it out of TRUSTED_PROXIES.`,
      )
    : warn(
        `asked from ${hop}, which is itself in TRUSTED_PROXIES, and so believed whatever it says`,
        "Take it out if it is no proxy; if it is, run this from another machine as well.",
      );
}

/** A range of one; limits count an IPv6 network as one. */
const rangeOf = (address: string) => (address.includes(":") ? address : `${address}/32`);

const dayMs = 86_400_000;
const renewDays = 14;

export const certificate: Check = {
  name: "TLS certificate",
  needs: ["configuration"],
  advice:
    "Let the proxy at PUBLIC_URL end TLS with a certificate for its host name, and renew it by itself (ACME).",
  async look(visit) {
    const { protocol, hostname, port } = new URL(visit.config().publicUrl);
    if (protocol === "http:") return ok("not needed: PUBLIC_URL is on this machine");
    const { trouble, endsAt } = await visit.machine.certificate(hostname, port === "" ? 443 : Number(port));
    const days = Math.floor((endsAt - visit.platform.now()) / dayMs);
    const said = `good for ${days} days`;
    if (trouble !== undefined) return fail(`browsers refuse it: ${trouble}`, this.advice);
    return days < renewDays ? warn(said, this.advice) : ok(said);
  },
};
