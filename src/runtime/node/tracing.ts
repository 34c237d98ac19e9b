/** Traces over OTLP: a span for each request, each request to Logto and each run of statements. Loaded only where set. */
import { httpInstrumentationMiddleware } from "@hono/otel";
import {
  context,
  type Context as OtelContext,
  propagation,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Context, MiddlewareHandler } from "hono";
import type { Env } from "../../http/env.ts";
import type { Around } from "../../platform.ts";
import type { TraceSettings } from "../../telemetry-settings.ts";
import { onlyListed } from "./listed-spans.ts";

export type Tracing = {
  /** Runs before all other middleware. */
  middleware: readonly MiddlewareHandler<Env>[];
  around: Around;
  /** Exports what is left. */
  close(): Promise<void>;
};

const name = "profile-bff";
/** Spans wait so long for others to go with. */
const scheduledDelayMillis = 1_000;
/** How long a collector may take. A stop waits so long for one that is away. */
const timeoutMillis = 2_000;

/** Starts to export. Nothing is sent before the first request. */
export function openTracing({ endpoint, ratio }: TraceSettings): Tracing {
  const exporter = onlyListed(new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis }));
  const tracerProvider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": name }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(traceParentAlone);
  const spanNameFactory = (c: Context<Env>) => {
    const route = c.get("route");
    return route === undefined ? "no route" : `${c.req.method} ${route}`;
  };
  const instrumentation = httpInstrumentationMiddleware({
    tracerProvider,
    captureActiveRequests: false,
    spanNameFactory,
  });
  return {
    middleware: [instrumentation, nameRequest],
    around: aroundSteps(tracerProvider),
    async close() {
      await tracerProvider.shutdown();
      propagation.disable();
      context.disable();
    },
  };
}

/** So that an operator finds the trace of a line in the log. */
const nameRequest: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  trace.getActiveSpan()?.setAttribute("request.id", c.get("requestId"));
};

/** A step outside of a request, of a background job for example, has no span. */
function aroundSteps(provider: TracerProvider): Around {
  const tracer = provider.getTracer(name);
  return async (step, work) => {
    if (trace.getActiveSpan() === undefined) return work({});
    const kind = SpanKind.CLIENT;
    const attributes = { "peer.service": step.kind };
    return tracer.startActiveSpan(`${step.kind} ${step.name}`, { kind, attributes }, async (span) => {
      try {
        const headers: Record<string, string> = {};
        if (step.kind === "logto") propagation.inject(context.active(), headers);
        return await work(headers);
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  };
}

const traceParent = "traceparent";
const w3c = new W3CTraceContextPropagator();

/** `tracestate` and `baggage` are free texts of the caller: they are neither read nor passed on. */
const traceParentAlone: TextMapPropagator = {
  inject: (active, carrier, setter) =>
    w3c.inject(active, carrier, {
      set: (target, key, value) => {
        if (key === traceParent) setter.set(target, key, value);
      },
    }),
  extract: <Carrier>(active: OtelContext, carrier: Carrier, getter: TextMapGetter<Carrier>) =>
    w3c.extract(active, carrier, {
      keys: () => [traceParent],
      get: (source, key) => (key === traceParent ? getter.get(source, key) : undefined),
    }),
  fields: () => [traceParent],
};
