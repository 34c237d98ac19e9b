import type { FormerRow } from "../../../db/former-values.ts";
import type { Caller } from "../../caller.ts";
import { catalogue } from "../../fields/catalogue.ts";
import type { Services } from "../../services.ts";

/** A change that can be undone. It holds no value. */
export type UndoItem = {
  ref: string;
  /** Pointers of the fields that it would put back. */
  fields: string[];
  changedAt: string;
  undoUntil: string;
  needsStepUp: boolean;
  /** The request that made the change, as its entry in the activity names it. */
  requestId: string;
};

/** Lists what the caller can put back, the newest change first: of a plain field, only the last change. */
export async function listUndo(
  { db, platform }: Pick<Services, "db" | "platform">,
  { userId }: Pick<Caller, "userId">,
): Promise<UndoItem[]> {
  const changedLater = new Set<string>();
  const rows = await db.formerValues.list(userId, platform.now());
  return rows.flatMap((row) => {
    const isLast = !row.fields.some((field) => changedLater.has(field));
    for (const field of row.fields) changedLater.add(field);
    return isLast || row.kind === "identifier" ? [toItem(row)] : [];
  });
}

const sensitive = new Set(catalogue.filter(({ stepUp }) => stepUp).map(({ pointer }) => pointer));

const toItem = ({ id, kind, fields, requestId, madeAt, expiresAt }: FormerRow): UndoItem => ({
  ref: id,
  fields: [...fields],
  changedAt: new Date(madeAt).toISOString(),
  undoUntil: new Date(expiresAt).toISOString(),
  needsStepUp: kind === "identifier" || fields.some((field) => sensitive.has(field)),
  requestId,
});
