/** Requests by Node's own HTTP client. Its `fetch` takes two to five times the processor's time. */
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Exchange, ExchangeAnswer } from "../../exchange.ts";

class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** Uses the pools of Node's global agents, whose connections end before those of Logto do. */
export const nodeExchange: Exchange = ({ url, method, headers, body, withinMs, maxBytes }) =>
  new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? requestHttps : requestHttp;
    // An answer in another coding would have to be decoded.
    const request = send(url, { method, headers: { ...headers, "accept-encoding": "identity" } });
    const timer = setTimeout(() => request.destroy(new TimeoutError()), withinMs);
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      outcome();
    };
    const fail = (error: Error) => settle(() => reject(error));
    request.on("error", fail);
    request.on("response", (response) => {
      response.on("error", fail);
      read(response, maxBytes, (answer) => settle(() => resolve(answer)));
    });
    request.end(body);
  });

function read(response: IncomingMessage, maxBytes: number, done: (answer: ExchangeAnswer) => void): void {
  const { statusCode: status = 0 } = response;
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (chunk: Buffer) => {
    size += chunk.byteLength;
    chunks.push(chunk);
    if (size <= maxBytes) return;
    done({ status, headers: headersOf(response), text: undefined });
    response.destroy();
  });
  response.on("end", () => {
    const [only = "", ...others] = chunks;
    const whole = others.length === 0 ? only : Buffer.concat(chunks);
    done({ status, headers: headersOf(response), text: whole.toString() });
  });
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  return headers;
}
