/**
 * Loaded into a process of the service, with `NODE_OPTIONS`: at SIGUSR2 it prints how many connections are open, and how
 * many sockets and requests are still in memory once the garbage is collected, of all that there ever were.
 */
import { subscribe } from "node:diagnostics_channel";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");
const objects = new Set<WeakRef<object>>();
const watch = (member: string) => (message: unknown) => {
  const value: unknown = message instanceof Object ? Reflect.get(message, member) : undefined;
  if (value instanceof Object) objects.add(new WeakRef(value));
};
subscribe("net.server.socket", watch("socket"));
subscribe("http.server.request.start", watch("request"));

process.on("SIGUSR2", () => {
  collectGarbage();
  for (const object of objects) if (object.deref() === undefined) objects.delete(object);
  const open = process.getActiveResourcesInfo().filter((resource) => resource === "TCPSocketWrap").length;
  console.log(JSON.stringify({ event: "held", open, kept: objects.size }));
});
