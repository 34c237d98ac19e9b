/** `GET /me/schema`: the catalogue as JSON Schema 2020-12, for forms and code generators. */
import * as z from "zod";
import { catalogue, type FieldEntry, groupOf, type Storage } from "../../fields/catalogue.ts";
import { type JsonObject, type JsonValue, jsonObject } from "../../json.ts";

const readOnlyTime: JsonObject = { type: ["string", "null"], format: "date-time", readOnly: true };

/** Built once: the catalogue does not change while the process runs. */
let described: JsonObject | undefined;

/** The whole document: every field with its storage, mask, step-up and whether it can be written. */
export function profileSchema(): JsonObject {
  described ??= {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    additionalProperties: false,
    properties: {
      id: { type: "string", readOnly: true },
      ...propertiesOf("logto"),
      [groupOf["logto.profile"]]: groupSchema("logto.profile"),
      [groupOf["logto.customData"]]: groupSchema("logto.customData"),
      [groupOf.vault]: groupSchema("vault"),
      hasPassword: { type: "boolean", readOnly: true },
      createdAt: readOnlyTime,
      updatedAt: readOnlyTime,
      lastSignInAt: readOnlyTime,
    },
  };
  return described;
}

/** The fields of one storage, as an object. */
export const groupSchema = (storage: Storage): JsonObject => ({
  type: "object",
  additionalProperties: false,
  properties: propertiesOf(storage),
});

const propertiesOf = (storage: Storage): JsonObject =>
  Object.fromEntries(
    catalogue.filter((field) => field.storage === storage).map((field) => [field.name, fieldSchema(field)]),
  );

function fieldSchema(field: FieldEntry): JsonValue {
  const { $schema: _, ...schema } = jsonObject(z.toJSONSchema(field.schema, { io: "input" }));
  return {
    ...nullable(schema),
    readOnly: field.readOnly ?? false,
    "x-storage": field.storage,
    "x-masked": field.mask !== undefined,
    "x-step-up": field.stepUp ?? false,
  };
}

/** Allows `null`, since every field can be unset. A schema with definitions of its own is wrapped whole. */
const nullable = (schema: JsonObject): JsonObject =>
  typeof schema.type === "string" && !schema.$defs
    ? { ...schema, type: [schema.type, "null"] }
    : { anyOf: [schema, { type: "null" }] };
