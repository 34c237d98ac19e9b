/** The export as a file: a proof first, then one press that downloads it. */
import { streamOf } from "../../http/stream.ts";
import { brokenOff } from "../../me/export/broken-off.ts";
import { exportAccount } from "../../me/export/export-account.ts";
import { writeJson } from "../../me/export/write-json.ts";
import { Refusal } from "../../problem.ts";
import { requireStepUp } from "../../verification/step-up.ts";
import { type Answer, goTo, type Outcome } from "../answer.ts";
import { writeReadable } from "../export/readable.ts";
import { zipOf } from "../export/zip.ts";
import type { Typed } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { exportProof, findState, keepState } from "../states.ts";
import { minutesOf } from "../trouble.ts";
import { exportPage } from "../views/export.ts";

/** @throws {Refusal} as `exportAccount`. @returns undefined where the proof has waited too long. */
export async function takeExport(page: Page, form: Typed): Promise<Outcome | undefined> {
  // A proof that has just been given leads to the page with the file, and not to the file: the browser would stay here.
  if (form.ready === undefined || form.proof !== undefined) return prepare(page, form.proof);
  const kept = await findState(page, exportProof, form.ready);
  if (!kept) return undefined;
  try {
    return await download(page, kept.proof);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "too_many_requests") throw error;
    const trouble = page.t.text("export.soon", { minutes: minutesOf(error) });
    return exportPage(page, { ready: form.ready, trouble });
  }
}

async function prepare(page: Page, proof: string | undefined): Promise<Answer> {
  const { services, caller } = page;
  await requireStepUp(services, caller, await services.logto.snapshots.refresh(caller.userId), proof);
  const id = await keepState(page, exportProof, proof === undefined ? {} : { proof });
  return goTo(`/account/export/${id}`);
}

async function download(page: Page, verificationId: string | undefined): Promise<Outcome> {
  const { services, caller } = page;
  const exported = await exportAccount(services, caller, { verificationId });
  const pieces = zipOf(
    [
      { name: "account.html", pieces: writeReadable(page, exported) },
      { name: "account.json", pieces: writeJson(exported) },
    ],
    services.platform.now(),
  );
  return {
    kind: "file",
    name: `account-${exported.held.exportedAt.slice(0, 10)}.zip`,
    type: "application/zip",
    body: streamOf(pieces, brokenOff(services, caller, exported)),
  };
}
