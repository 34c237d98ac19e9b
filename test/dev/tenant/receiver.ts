import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { text } from "node:stream/consumers";

/** A request that the tenant sent: a webhook or a logout token. */
export type Delivery = { path: string; headers: IncomingHttpHeaders; body: string };

/** A server that takes what the tenant sends to others. */
export class Receiver {
  readonly #server: Server;
  readonly #deliveries: Delivery[] = [];
  #arrived: () => void = () => {};
  /** What it answers. */
  status = 200;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      this.#deliveries.push({
        path: request.url ?? "",
        headers: request.headers,
        body: await text(request),
      });
      response.writeHead(this.status).end();
      this.#arrived();
    });
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  /** What has arrived, oldest first. */
  deliveries(): Delivery[] {
    return [...this.#deliveries];
  }

  /** Removes the oldest delivery to a path, and waits for it if there is none yet. */
  async take(path: string): Promise<Delivery> {
    const index = this.#deliveries.findIndex((delivery) => delivery.path === path);
    const [delivery] = index < 0 ? [] : this.#deliveries.splice(index, 1);
    if (delivery) return delivery;
    await new Promise<void>((resolve) => {
      this.#arrived = resolve;
    });
    return this.take(path);
  }

  clear(): void {
    this.#deliveries.length = 0;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
