/** What has just been saved, at the head of the next page, with the way to take it back. */
import { html } from "hono/html";
import { listUndo } from "../../me/undo/list-undo.ts";
import { type Html, ltr, type MessageKey, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { findState, keepState, type SavedChange, savedChange } from "../states.ts";
import { notice } from "./blocks.ts";
import { token } from "./layout.ts";

/**
 * Keeps what the next page says.
 * @param message of the catalogue. @param address the new address, where one was changed.
 * @returns the query that makes the page say it.
 */
export async function announce(
  page: Page,
  message: MessageKey,
  { values = {}, address }: Partial<Pick<SavedChange, "values" | "address">> = {},
): Promise<string> {
  const change: SavedChange = {
    message,
    values,
    ...(address === undefined ? {} : { address }),
  };
  // By the id of the request, as what can be undone has it.
  return `?saved=${await keepState(page, savedChange, change, page.caller.requestId)}`;
}

/** @param id what stands in the query; anything may. */
export async function savedNotice(page: Page, id: string | undefined): Promise<Html> {
  const change = id === undefined ? undefined : await findState(page, savedChange, id);
  if (id === undefined || !change) return nothing;
  const { t } = page;
  const key = messageKeys.find((known) => known === change.message) ?? "saved.title";
  const said =
    change.address === undefined
      ? t.text(key, change.values)
      : t.rich(key, { address: ltr(change.address) }, change.values);
  const tone = warnings.has(key) ? "warn" : "good";
  const undoable = (await listUndo(page.services, page.caller)).find(({ requestId }) => requestId === id);
  return notice(said, tone, undoable ? undoForm(page, undoable.ref) : nothing);
}

const messageKeys: readonly MessageKey[] = [
  "saved.field",
  "saved.fields",
  "saved.address",
  "saved.nothing",
  "saved.password",
  "saved.undone",
  "saved.removed",
  "saved.kept",
  "saved.restored",
  "saved.notices",
  "saved.sessionEnded",
  "saved.sessionsEnded",
  "saved.sessionsEnding",
  "saved.applicationRevoked",
  "problem.undoGone",
  "problem.generic",
  "undo.taken",
  "undo.last",
];

const warnings: ReadonlySet<MessageKey> = new Set([
  "problem.undoGone",
  "problem.generic",
  "undo.taken",
  "undo.last",
]);

/** @param ref of what is undone. @param label names it, where several can be. */
export const undoForm = ({ t, href, formToken }: Page, ref: string, label?: string): Html =>
  html`<form method="post" action="${href("/account/undo")}">${token(formToken)}<input type="hidden" name="change" value="${ref}"><button class="link"${label ? html` aria-label="${t.text("action.of", { action: t.text("action.undo"), what: label })}"` : nothing}>${t.text("action.undo")}</button></form>`;
