/** The forms of addresses in the configuration: hosts, URLs of this service and of the tenant, origins of web pages. */
import * as z from "zod";

const loopbackHosts = ["localhost", "127.0.0.1", "[::1]"];
const isLoopbackHost = (hostname: string) => loopbackHosts.includes(hostname);

/** Loopback (127.0.0.0/8, ::1), private ranges (RFC 1918, RFC 4193), and names of a single label. */
const internalHost =
  /^(127(\.\d+){3}|10(\.\d+){3}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|192\.168(\.\d+){2}|\[::1\]|\[f[cd][0-9a-f]{2}:[0-9a-f:]+\]|[\w-]+)$/;
const isInternalHost = (hostname: string) => internalHost.test(hostname);

/** Undefined for a text that is no URL. */
export const parseUrl = (value: string): URL | undefined =>
  URL.canParse(value) ? new URL(value) : undefined;
const withoutSlash = (value: string) => value.replace(/\/$/, "");

/** https, or plain http on a host for which that is allowed. */
const hasGoodScheme = ({ protocol, hostname }: URL, allowsHttp: (hostname: string) => boolean) =>
  protocol === "https:" || (protocol === "http:" && allowsHttp(hostname));

const originOf = (allowsHttp: (hostname: string) => boolean, hosts: string) =>
  z
    .string("is missing")
    .refine((value) => {
      const url = parseUrl(value);
      return url?.origin === withoutSlash(value) && hasGoodScheme(url, allowsHttp);
    }, `must be an https origin without a path (plain http only ${hosts})`)
    .transform(withoutSlash);

/** An origin such as `https://example.org`. */
export const publicOrigin = originOf(isLoopbackHost, "on loopback");

/** An origin that only this service itself uses. */
export const internalOrigin = originOf(isInternalHost, "for loopback, private and single-label hosts");

/** Segments of characters that need no escape and that no parser changes. */
const pathPrefix = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?$/;

/** An origin, and a path if a proxy serves this service under one. It is parsed to the form without a trailing slash. */
export const publicUrl = z
  .string()
  .refine((value) => {
    const url = parseUrl(value);
    const isPlain = url !== undefined && `${url.origin}${url.pathname}` === url.href;
    return isPlain && pathPrefix.test(url.pathname) && hasGoodScheme(url, isLoopbackHost);
  }, "must be an https URL without a query, whose path needs no escape (plain http only on loopback)")
  .transform((value) => withoutSlash(new URL(value).href));

/** An address to listen at, or a name of one. Brackets around an IPv6 address are dropped. */
export const listenHost = z
  .string()
  .transform((value) => value.replace(/^\[(.*)\]$/, "$1"))
  .pipe(z.union([z.ipv4(), z.ipv6(), z.hostname()], "must be an address or a name of this machine"));

/** A range of addresses. */
export const cidr = z.union([z.cidrv4(), z.cidrv6()], "must be a comma-separated list of CIDRs");

/** `https://*.example.com`, with a port or without: the parts before and after the label. */
const wildcard = /^(https?:\/\/)\*(\.[^*.][^*]*)$/;
/** An app that is no website has a scheme of its own, such as `capacitor://localhost`. */
const appOrigin = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]+$/;
const noApp = /^(?:https?|wss?|ftp|file|data|blob|javascript|about):/;

const isOrigin = (text: string) =>
  !text.includes("*") && (parseUrl(text)?.origin === text || (appOrigin.test(text) && !noApp.test(text)));

/** A wildcard right under a top-level domain would let strangers in. */
function isOriginPattern(text: string): boolean {
  const [, scheme = "", rest] = wildcard.exec(text) ?? [];
  if (rest === undefined) return isOrigin(text);
  const parent = rest.slice(1).replace(/:\d+$/, "");
  return (/[^.]\.[^.]/.test(parent) || parent === "localhost") && isOrigin(`${scheme}label${rest}`);
}

/** An origin exactly as browsers send it, or with `*` as the first label of its host. */
export const originPattern = z
  .string()
  .refine(
    isOriginPattern,
    "must be a comma-separated list of origins; a wildcard is the first label alone, before a domain of two labels or more",
  );

/** One label of a host name, as browsers write it. */
const label = /^[a-z0-9_-]{1,63}$/;

/** Whose pages may call: as in `Config`. */
type Allowance = { allowedOrigins: readonly string[]; allowsLoopbackOrigins: boolean };

/** @returns whether the pages of an origin may call. In a list, `*` stands for exactly one label. */
export function createOriginMatcher(allowance: Allowance): (origin: string) => boolean {
  const { allowedOrigins, allowsLoopbackOrigins } = allowance;
  const exact = new Set(allowedOrigins);
  const wild = allowedOrigins.flatMap((pattern) => {
    const [, scheme, rest] = wildcard.exec(pattern) ?? [];
    return scheme === undefined || rest === undefined ? [] : [{ scheme, rest }];
  });
  const fits = (origin: string, { scheme, rest }: { scheme: string; rest: string }) =>
    origin.startsWith(scheme) &&
    origin.endsWith(rest) &&
    label.test(origin.slice(scheme.length, -rest.length));
  return (origin) =>
    exact.has(origin) ||
    wild.some((pattern) => fits(origin, pattern)) ||
    (allowsLoopbackOrigins && isLoopbackOrigin(origin));
}

/** Whether a page comes from this machine, whatever its port. */
function isLoopbackOrigin(origin: string): boolean {
  const url = parseUrl(origin);
  return url?.origin === origin && /^https?:$/.test(url.protocol) && isLoopbackHost(url.hostname);
}
