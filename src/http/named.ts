// Gives every schema the method `openapi`.
import "@hono/zod-openapi";
import type * as z from "zod";

/** Gives a schema a name, under which the OpenAPI document has it once, and generators a type. */
export const named = <Schema extends z.ZodType>(name: string, schema: Schema): Schema => schema.openapi(name);
