/** Requests that no HTTP client would send, over plain sockets. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Answer } from "./service.ts";

/** Opens a connection whose failures are the test's to notice. */
export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** Resolves once a connection is closed, in peace or by a reset. */
export const closingOf = (socket: Socket) =>
  new Promise<void>((resolve) => socket.once("close", () => resolve()));

/** Sends bytes as they are and returns everything that comes back until the server closes. */
export async function exchange(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = await openSocket(port);
  const parts: Buffer[] = [];
  socket.on("data", (part) => parts.push(part));
  const closed = closingOf(socket);
  socket.write(bytes);
  await closed;
  return Buffer.concat(parts).toString();
}

/** The head of a request: its lines, and the empty one that ends it. */
export const head = (...lines: string[]) => [...lines, "", ""].join("\r\n");

/** Reads one answer with an announced length; throws for anything that is none. */
export function parseAnswer(raw: string): Answer {
  const [lines = "", ...rest] = raw.split("\r\n\r\n");
  const [first = "", ...fields] = lines.split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  const headers = new Headers(fields.map((field): [string, string] => splitField(field)));
  const text = rest.join("\r\n\r\n").slice(0, Number(headers.get("content-length") ?? "0"));
  return { status, headers, text, body: text === "" ? undefined : JSON.parse(text) };
}

function splitField(field: string): [string, string] {
  const colon = field.indexOf(":");
  return [field.slice(0, colon), field.slice(colon + 1).trim()];
}
