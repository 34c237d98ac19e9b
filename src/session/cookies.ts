/** The cookies of a browser: the id of its session, and a secret for each sign-in that is under way. */
import { base64url } from "jose";

/** `__Host-` binds a cookie to this very host, by TLS. Plain http, which is for loopback only, cannot have it. */
const prefixOf = (publicUrl: string) => (publicUrl.startsWith("https:") ? "__Host-" : "");

const sessionName = (publicUrl: string) => `${prefixOf(publicUrl)}profile-session`;
const flowName = (publicUrl: string, flowId: string) => `${prefixOf(publicUrl)}signin-${flowId}`;

/** 256 bits: an id of a session. */
const idForm = /^[\w-]{43}$/;
/** A browser keeps no more than these; older ones are dropped when a new one comes. */
const longestListOfFlows = 20;

/** @param bytes how many. @returns that many random bytes as base64url. */
export const randomText = (bytes: number): string =>
  base64url.encode(crypto.getRandomValues(new Uint8Array(bytes)));

/** The id of the session that a request carries; whether it is one of ours is another question. */
export function readSessionId({ headers }: Request, publicUrl: string): string | undefined {
  return pairsOf(headers).find(([name]) => name === sessionName(publicUrl))?.[1];
}

/** Whether a text has the form of a session id. */
export const isSessionId = (text: string): boolean => idForm.test(text);

/** The secret of a flow, if this browser began it. */
export function readFlowSecret({ headers }: Request, publicUrl: string, flowId: string): string | undefined {
  return pairsOf(headers).find(([name]) => name === flowName(publicUrl, flowId))?.[1];
}

/** The header that gives the browser the id of its session. It ends with the browser, or with the session. */
export const sessionCookie = (publicUrl: string, id: string) =>
  cookie(publicUrl, sessionName(publicUrl), id, undefined);

export const noSessionCookie = (publicUrl: string) => cookie(publicUrl, sessionName(publicUrl), "", 0);

/** The headers for a flow that begins: its secret, and the end of the oldest flows that were abandoned. */
export function flowCookies(
  request: Request,
  publicUrl: string,
  flow: { id: string; secret: string; seconds: number },
): string[] {
  const prefix = flowName(publicUrl, "");
  // The ids begin with the time, so that they sort by age.
  const abandoned = pairsOf(request.headers)
    .map(([name]) => name)
    .filter((name) => name.startsWith(prefix))
    .sort()
    .slice(0, 1 - longestListOfFlows);
  return [
    cookie(publicUrl, flowName(publicUrl, flow.id), flow.secret, flow.seconds),
    ...abandoned.map((name) => cookie(publicUrl, name, "", 0)),
  ];
}

export const noFlowCookie = (publicUrl: string, flowId: string) =>
  cookie(publicUrl, flowName(publicUrl, flowId), "", 0);

/** The header of a cookie for this very host. @param seconds its life; undefined: it ends with the browser. */
export const hostCookie = (publicUrl: string, name: string, value: string, seconds?: number): string =>
  cookie(publicUrl, `${prefixOf(publicUrl)}${name}`, value, seconds);

/** The value of a cookie for this very host. */
export const readHostCookie = ({ headers }: Request, publicUrl: string, name: string): string | undefined =>
  pairsOf(headers).find(([known]) => known === `${prefixOf(publicUrl)}${name}`)?.[1];

function cookie(publicUrl: string, name: string, value: string, seconds: number | undefined): string {
  const parts = [`${name}=${value}`, "Path=/", "HttpOnly", "SameSite=Lax"];
  if (publicUrl.startsWith("https:")) parts.push("Secure");
  if (seconds !== undefined) parts.push(`Max-Age=${seconds}`);
  return parts.join("; ");
}

function pairsOf(headers: Headers): [name: string, value: string][] {
  return (headers.get("cookie") ?? "").split(";").flatMap((part) => {
    const [name = "", ...value] = part.trim().split("=");
    return name === "" ? [] : [[name, value.join("=")]];
  });
}
