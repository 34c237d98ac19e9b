import type { AccountExport } from "./export-account.ts";

/**
 * Writes an export as JSON, in pieces. `complete` is its last member: what breaks off before is no JSON.
 * @throws {Refusal} `storage_unavailable`, `data_integrity`.
 */
export async function* writeJson({
  held,
  entries,
}: Pick<AccountExport, "held" | "entries">): AsyncGenerator<string> {
  const members = Object.entries(held).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value, null, 1)}`,
  );
  yield `{\n${members.join(",\n")},\n"activity": {"items": [`;
  const pages = entries();
  for (let isFirst = true; ; ) {
    const { done, value } = await pages.next();
    if (done) {
      yield `],\n"proof": ${JSON.stringify(value)}},\n"complete": true\n}\n`;
      return;
    }
    const lines = value.map((entry) => `\n${JSON.stringify(entry)}`);
    if (lines.length > 0) yield `${isFirst ? "" : ","}${lines.join(",")}`;
    isFirst &&= lines.length === 0;
  }
}
