/** The body of a form: small, and URL-encoded as browsers send it. */
import { readBody } from "../http/body.ts";
import { parseMediaType } from "../http/media-type.ts";
import { Refusal } from "../problem.ts";
import type { Typed } from "./forms/typed.ts";

const maxBytes = 65_536;
const maxFields = 400;

/**
 * @returns the fields by name; of several with one name the first counts.
 * @throws {Refusal} `unsupported_media_type`, `body_too_large`, `bad_request`.
 */
export async function readForm(request: Request): Promise<Typed> {
  const { type } = parseMediaType(request.headers.get("content-type") ?? "") ?? {};
  if (type !== "application/x-www-form-urlencoded") throw new Refusal("unsupported_media_type");
  const text = new TextDecoder().decode(await readBody(request, maxBytes));
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (!fields.has(name)) fields.set(name, value);
  }
  if (fields.size > maxFields) throw new Refusal("bad_request");
  return Object.fromEntries(fields);
}
