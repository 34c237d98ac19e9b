/** `/metrics` on a port of its own. It knows no other path, and the port of the service does not know this one. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ListenAt } from "../../config.ts";
import { type Snapshot, textOf, textType } from "../../telemetry/snapshot.ts";

export type MetricsServer = { url: string | undefined; close(): Promise<void> };

/** @throws {Error} of `listen`, such as a port that is taken. */
export async function serveMetrics(
  { host, port }: ListenAt,
  source: { snapshot(): Promise<Snapshot> },
): Promise<MetricsServer> {
  const server = createServer(async (request, response) => {
    if (request.url !== "/metrics") return void response.writeHead(404).end();
    if (request.method !== "GET") return void response.writeHead(405, { allow: "GET" }).end();
    const text = textOf(await source.snapshot());
    response.writeHead(200, { "content-type": textType, "cache-control": "no-store" }).end(text);
  });
  server.listen(port, host);
  await once(server, "listening");
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${name}:${portOf(server.address())}/metrics`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const portOf = (address: AddressInfo | string | null) =>
  address === null || typeof address === "string" ? "" : address.port;
