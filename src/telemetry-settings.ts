/** The forms of the variables of traces and timings. Their names are OpenTelemetry's where it has one. */
import * as z from "zod";

export type TraceSettings = {
  /** Where a collector takes OTLP over HTTP, without `/v1/traces`. */
  endpoint: string;
  /** Of the requests that come without a trace, which part begins one; 0 to 1. */
  ratio: number;
};

const collector = z
  .url({ protocol: /^https?$/, error: "must be the http or https URL of a collector" })
  .transform((value) => value.replace(/\/$/, ""));

const part = z
  .string()
  .refine((value) => /^(0|1|0?\.\d{1,9}|1\.0+)$/.test(value), "must be a number from 0 to 1")
  .transform(Number);

export const telemetryVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.optional(),
  OTEL_TRACES_SAMPLER_ARG: part.prefault("1"),
  SERVER_TIMING: z
    .enum(["on", "off"], "must be on or off")
    .prefault("off")
    .transform((value) => value === "on"),
};

type Variables = z.output<z.ZodObject<typeof telemetryVariables>>;

/** @returns undefined where no traces are exported. */
export const traceSettings = ({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_TRACES_SAMPLER_ARG: ratio,
}: Variables): TraceSettings | undefined => (endpoint === undefined ? undefined : { endpoint, ratio });
