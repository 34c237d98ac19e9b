/** The longest `Retry-After` that is honoured and passed on. */
const longestMs = 60 * 60_000;

/** `Retry-After` in milliseconds, from seconds or a date (RFC 9110), at most an hour; undefined if absent or malformed. */
export function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.min(longestMs, Math.max(0, wait));
}
