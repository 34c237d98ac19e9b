/** The activity of an export, page by page: however long it is, a page of it is in memory. */

import type { ChainedRow } from "../../../db/activity.ts";
import type { ActivityEntry } from "../../../db/activity-entry.ts";
import { readVerified } from "../../activity-proof/verify-activity.ts";
import { type JsonObject, jsonObject } from "../../json.ts";
import type { Services } from "../../services.ts";
import type { ExportedEntry, ExportedProof } from "./schema.ts";

const rowsPerPage = 200;
const iso = (time: number) => new Date(time).toISOString();

/**
 * Reads everything, the oldest first.
 * @param newest the id of an entry that must be among them: without it, they have been erased meanwhile.
 * @returns what the seals say.
 * @throws {Refusal} `storage_unavailable`, `data_integrity`.
 */
export async function* readEntries(
  services: Pick<Services, "db" | "vault" | "platform">,
  userId: string,
  newest: string,
): AsyncGenerator<ExportedEntry[], ExportedProof> {
  let after: { at: number; id: string } | undefined;
  for (;;) {
    const page = await services.db.activity.unchainedOf(userId, rowsPerPage, after);
    if (page.length > 0) yield page.map(unsealed);
    after = page.at(-1);
    if (page.length < rowsPerPage) break;
  }
  const pages = readVerified(services, userId, rowsPerPage);
  let isWhole = false;
  for (;;) {
    const { done, value } = await pages.next();
    if (done) {
      if (!isWhole) throw new Error("The entry of the export is gone.");
      const { faults, entries, unproven, completeSince } = value;
      return {
        completeSince: completeSince === null ? null : iso(completeSince),
        faults: faults.map(({ kind, from = null, to = null }) => ({ kind, from, to })),
        entries,
        unproven,
      };
    }
    isWhole ||= value.some(({ id }) => id === newest);
    yield value.map(sealed);
  }
}

const unsealed = ({ id, at, event, clientId, requestId, detail }: ActivityEntry): ExportedEntry => ({
  id,
  at: iso(at),
  event,
  clientId,
  requestId,
  detail,
  sequence: null,
  key: null,
  mac: null,
});

const sealed = (row: ChainedRow): ExportedEntry => ({
  id: row.id,
  at: iso(row.at),
  event: row.event,
  clientId: row.client_id,
  requestId: row.request_id,
  detail: detailOf(row),
  sequence: row.sequence,
  key: row.kid,
  mac: row.mac,
});

/** What somebody has broken is not shown; the proof says that the entry was changed. */
function detailOf({ detail }: ChainedRow): JsonObject {
  try {
    return jsonObject(JSON.parse(detail));
  } catch {
    return {};
  }
}
