/** An OpenTelemetry collector: takes traces over OTLP/HTTP in JSON, and keeps them. Loopback only. */
import * as z from "zod";
import { eventually } from "./instances.ts";
import { json, startUpstream } from "./upstream.ts";

const value = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z.object({ intValue: z.union([z.number(), z.string()]) }).transform(({ intValue }) => Number(intValue)),
]);
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .default([])
  .transform((list) => Object.fromEntries(list.map((item) => [item.key, item.value])));
const span = z.object({
  name: z.string(),
  kind: z.number(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  attributes,
  events: z.array(z.unknown()).default([]),
  status: z.object({ code: z.number().default(0) }),
});
const exported = z.object({
  resourceSpans: z.array(
    z.object({ resource: z.object({ attributes }), scopeSpans: z.array(z.object({ spans: z.array(span) })) }),
  ),
});

type Span = z.output<typeof span>;

export type Collector = {
  endpoint: string;
  /** Every body that came, as it came. */
  text(): string;
  spans(): Span[];
  /** Waits for the trace in which a request has this id. @returns its spans. */
  traceOf(requestId: string): Promise<Span[]>;
  stop(): Promise<void>;
};

export async function startCollector(): Promise<Collector> {
  const upstream = await startUpstream();
  upstream.on("POST /v1/traces", json(200, {}));
  const spans = () =>
    upstream.received.flatMap(({ body }) =>
      exported
        .parse(JSON.parse(body))
        .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    );
  const ofRequest = (requestId: string) => spans().find((one) => one.attributes["request.id"] === requestId);
  return {
    endpoint: upstream.origin,
    text: () => upstream.received.map(({ body }) => body).join("\n"),
    spans,
    async traceOf(requestId) {
      await eventually(() => ofRequest(requestId) !== undefined);
      const { traceId } = ofRequest(requestId) ?? {};
      return spans().filter((one) => one.traceId === traceId);
    },
    stop: () => upstream.stop(),
  };
}
