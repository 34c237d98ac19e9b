/** The body of a form: small, and in one of the two forms in which browsers send it. */
import { base64url } from "jose";
import { readBody } from "../http/body.ts";
import { parseMediaType } from "../http/media-type.ts";
import { Refusal } from "../problem.ts";
import type { Typed } from "./forms/typed.ts";

const maxBytes = 65_536;
/** Room for a picture that is too large, so that its person is told. */
const maxBytesWithFile = 1_048_576;
const maxFields = 400;

/**
 * @param takesFile whether a file may be in it: its bytes are then a field as base64url, and its type is one beside it,
 * named `{field}.type`. Default: no.
 * @returns the fields by name; of several with one name the first counts.
 * @throws {Refusal} `unsupported_media_type`, `body_too_large`, `bad_request`.
 */
export async function readForm(request: Request, takesFile = false): Promise<Typed> {
  const header = request.headers.get("content-type") ?? "";
  const { type } = parseMediaType(header) ?? {};
  const hasFile = takesFile && type === "multipart/form-data";
  if (!hasFile && type !== "application/x-www-form-urlencoded") throw new Refusal("unsupported_media_type");
  const bytes = await readBody(request, hasFile ? maxBytesWithFile : maxBytes);
  const entries = hasFile
    ? await entriesWithFile(bytes, header)
    : [...new URLSearchParams(new TextDecoder().decode(bytes))];
  const fields = new Map<string, string>();
  for (const [name, value] of entries) {
    if (!fields.has(name)) fields.set(name, value);
  }
  if (fields.size > maxFields) throw new Refusal("bad_request");
  return Object.fromEntries(fields);
}

async function entriesWithFile(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<[string, string][]> {
  const parts = await new Response(bytes, { headers: { "content-type": type } })
    .formData()
    .catch((cause: unknown) => {
      throw new Refusal("bad_request", {}, { cause });
    });
  const entries: [string, string][] = [];
  for (const [name, value] of parts) {
    if (typeof value === "string") entries.push([name, value]);
    else {
      entries.push([name, base64url.encode(new Uint8Array(await value.arrayBuffer()))]);
      entries.push([`${name}.type`, value.type]);
    }
  }
  return entries;
}
