/** `/openapi.json` as a client would use it: which answers and bodies are as it says. */
import * as z from "zod";
import type { Answer, TestService } from "./service.ts";

const schema = z.record(z.string(), z.unknown());
const definitions = z.object({ whole: schema, $defs: z.record(z.string(), schema) });
const content = z.record(z.string(), z.object({ schema }));
const response = z.object({ description: z.string(), content: content.optional() });
const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.tuple([z.string()]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.union([z.object({ $ref: z.string() }), response])),
});

const openApi = z.object({
  openapi: z.literal("3.1.0"),
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({
    schemas: z.record(z.string(), schema),
    responses: z.record(z.string(), response),
  }),
});

/** Reads the document of a service. */
export async function readOpenApi({ anonymous }: Pick<TestService, "anonymous">) {
  const document = openApi.parse((await anonymous("GET", "/openapi.json")).body);
  const { paths, components } = document;

  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      name: `${method.toUpperCase()} ${path}`,
      ...described,
    })),
  );
  const find = (name: string) => {
    const found = operations.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`the document has no ${name}`);
    return found;
  };

  /** Parses as zod reads the schema, with the components as definitions. */
  const accepts = (described: z.infer<typeof schema>, value: unknown) => {
    const { whole, $defs } = definitions.parse(
      JSON.parse(
        JSON.stringify({ whole: described, $defs: components.schemas }).replaceAll(
          "#/components/schemas/",
          "#/$defs/",
        ),
      ),
    );
    return z.fromJSONSchema({ ...whole, $defs }).safeParse(value);
  };

  return {
    document,
    operations,

    /** @returns what the document does not say about an answer to this operation; undefined for one as described. */
    faultOf(name: string, { status, headers, body, text }: Answer): string | undefined {
      const { responses } = find(name);
      const declared = responses[status] ?? (status >= 400 ? responses.default : undefined);
      if (!declared) return `${name} declares no ${status}`;
      const { content: bodies } =
        "$ref" in declared ? (components.responses[declared.$ref.split("/").at(-1) ?? ""] ?? {}) : declared;
      const type = headers.get("content-type")?.split(";")[0];
      if (!bodies) return type === undefined ? undefined : `${name} declares no body with ${status}`;
      const described = bodies[type ?? ""];
      if (!described) return `${name} declares no ${type} with ${status}`;
      const { error } = accepts(described.schema, body ?? text);
      return error ? `${name} ${status}: ${z.prettifyError(error)}` : undefined;
    },

    /** Whether the operation takes a JSON body, as far as the document says. */
    takes(name: string, body: unknown): boolean {
      const described = find(name).requestBody?.content["application/json"];
      if (!described) throw new Error(`the document has no body of ${name}`);
      return accepts(described.schema, body).success;
    },
  };
}
