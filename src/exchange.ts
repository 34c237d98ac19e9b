/** One request and its whole answer. A runtime with something faster than `fetch` has its own. */

export type ExchangeRequest = {
  url: string;
  /** In capitals. */
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
  /** How long it may take, from here to the last byte of the answer; in ms. */
  withinMs: number;
  /** The longest body that is read, without its content encoding. */
  maxBytes: number;
};

/** `text` is undefined where the body is longer than `maxBytes`. */
export type ExchangeAnswer = { status: number; headers: Headers; text: string | undefined };

/**
 * Sends a request and reads its answer. Follows no redirect.
 * @throws {Error} of the runtime; its name is `TimeoutError` or `AbortError` where the time was over.
 */
export type Exchange = (request: ExchangeRequest) => Promise<ExchangeAnswer>;

/** By `fetch`, which every runtime has. */
export const exchangeBy =
  (fetch: (url: string, init: RequestInit) => Promise<Response>): Exchange =>
  async ({ url, withinMs, maxBytes, body, ...request }) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), withinMs);
    try {
      const { signal } = stop;
      const init = {
        ...request,
        ...(body === undefined ? {} : { body }),
        redirect: "manual",
        signal,
      } as const;
      const response = await fetch(url, init);
      const { status, headers } = response;
      return { status, headers, text: await readAtMost(response, maxBytes) };
    } finally {
      clearTimeout(timer);
    }
  };

/** @returns the body as text; undefined if it is longer. */
export async function readAtMost(response: Response, maxBytes: number): Promise<string | undefined> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > maxBytes) {
      await reader?.cancel();
      return undefined;
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
