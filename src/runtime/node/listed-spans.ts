/** What leaves of a span: listed attributes, and nothing that a request or an error said. */
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";

const status = "http.response.status_code";
const listed = ["http.request.method", "http.route", status, "peer.service", "request.id"];

/** Exports spans without what is not listed: `url.full` is one of it, and so are messages of errors. */
export const onlyListed = (exporter: SpanExporter): SpanExporter => ({
  export: (spans, done) => exporter.export(spans.map(listedOf), done),
  forceFlush: async () => exporter.forceFlush?.(),
  shutdown: () => exporter.shutdown(),
});

/** A refusal is no error of the service. */
const statusOf = ({ kind, status: own, attributes }: ReadableSpan) =>
  kind === SpanKind.SERVER
    ? { code: Number(attributes[status]) >= 500 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET }
    : { code: own.code };

function listedOf(span: ReadableSpan): ReadableSpan {
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    status: statusOf(span),
    attributes: Object.fromEntries(
      Object.entries(span.attributes).filter(([attribute]) => listed.includes(attribute)),
    ),
    links: [],
    events: [],
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
