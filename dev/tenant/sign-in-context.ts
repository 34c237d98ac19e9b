import type { IncomingMessage } from "node:http";
import { parseUserAgent } from "./user-agent.ts";

const prefix = "x-logto-cf-";

/** What a request says of where it comes from. Logto believes `x-logto-cf-*` headers, whoever sends them. */
function locationOf({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    return name.startsWith(prefix) && typeof value === "string" ? [[name.slice(prefix.length), value]] : [];
  });
  return Object.fromEntries(entries);
}

/** Address, browser and location of a request, as Logto keeps them with a session. */
export function signInContextOf(request: IncomingMessage) {
  return {
    ip: request.socket.remoteAddress ?? "",
    userAgent: request.headers["user-agent"] ?? "",
    ...locationOf(request),
  };
}

/** The same, as an entry of the audit log shows it. */
export function originOf(request: IncomingMessage) {
  const userAgent = request.headers["user-agent"] ?? "";
  const location = locationOf(request);
  return {
    ip: request.socket.remoteAddress ?? "",
    userAgent,
    userAgentParsed: parseUserAgent(userAgent),
    ...(Object.keys(location).length > 0 ? { signInContext: location } : {}),
  };
}
