/** One field as JSON Schema, in two forms: as a read shows its value, and as a patch takes it. */
import * as z from "zod";
import type { FieldEntry } from "../../fields/catalogue.ts";
import { isObject, type JsonObject, type JsonValue, jsonObject } from "../../json.ts";

/** The schema or `null`, side by side. */
export const orNull = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: "null" }] });

/** The schema with `null` among its types, where it names one. */
export function nullable(schema: JsonObject): JsonObject {
  if (Object.keys(schema).length === 0) return schema;
  const hasOneType =
    typeof schema.type === "string" && schema.enum === undefined && schema.const === undefined;
  return hasOneType ? { ...schema, type: [schema.type ?? "null", "null"] } : orNull(schema);
}

/** A value that a read shows: the stored one may be older than the rules of today, so only its type is promised. */
export const shownValue = (field: FieldEntry): JsonObject => typesOf(schemaOf(field));

/** A value that a patch takes: a text in any spelling of its kind, `""` and `null` where they unset something. */
export const takenValue = (field: FieldEntry): JsonObject => nullable(inPatch(schemaOf(field)));

/** The schema in the catalogue, without what an OpenAPI document would need a place of its own for. */
function schemaOf({ schema }: FieldEntry): JsonObject {
  const { $schema: _version, ...described } = jsonObject(z.toJSONSchema(schema, { io: "input" }));
  return withoutRecursion(described);
}

/** Only any JSON at all is described by recursion, and `{}` says the same. */
const withoutRecursion = ({ $defs: _definitions, ...schema }: JsonObject): JsonObject =>
  schema.$ref === undefined ? inParts(schema, withoutRecursion) : {};

const promised = new Set([
  "type",
  "description",
  "properties",
  "items",
  "additionalProperties",
  "anyOf",
  "oneOf",
]);

function typesOf(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([keyword, value]) => promised.has(keyword) && value !== false);
  return inParts(Object.fromEntries(kept), typesOf);
}

/** Merging reaches into objects, where `null` removes a member, and not into arrays. */
function inPatch({ required: _all, items, ...schema }: JsonObject): JsonObject {
  if (schema.type === "string") return textInPatch(schema);
  const inner = (part: JsonObject) => (schema.type === "object" ? nullable(inPatch(part)) : inPatch(part));
  return { ...inParts(schema, inner), ...(items === undefined ? {} : { items }) };
}

/** The empty text unsets; `format` judges the canonical form and would refuse other spellings of it. */
function textInPatch({ minLength: _least, format, pattern, ...schema }: JsonObject): JsonObject {
  return {
    ...schema,
    ...(pattern === undefined ? {} : { pattern: `^$|${pattern}` }),
    ...(format === undefined ? {} : { "x-format": format }),
  };
}

/** Changes every schema that stands directly in this one. */
const inParts = (schema: JsonObject, change: (part: JsonObject) => JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, changedPart(keyword, value, change)]),
  );

function changedPart(keyword: string, value: JsonValue, change: (part: JsonObject) => JsonObject): JsonValue {
  const changed = (part: JsonValue) => (isObject(part) ? change(part) : part);
  switch (keyword) {
    case "properties":
      return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, changed(part)]))
        : value;
    case "anyOf":
    case "oneOf":
      return Array.isArray(value) ? value.map(changed) : value;
    case "items":
    case "additionalProperties":
      return changed(value);
    default:
      return value;
  }
}
