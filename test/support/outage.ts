/** A way to the tenant that can be cut. */
import { createServer, request } from "node:http";

export type Way = {
  url: string;
  isCut: boolean;
  close(): Promise<void>;
};

/** @param endpoint where the way leads. */
export async function openWay(endpoint: string): Promise<Way> {
  const server = createServer((incoming, outgoing) => {
    if (way.isCut) return void incoming.socket.destroy();
    const { method, headers, url } = incoming;
    const onward = request(new URL(url ?? "/", endpoint), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    return void incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const way: Way = {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    isCut: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return way;
}
