/** Sets the picture that a form brings, and removes it. */
import { base64url } from "jose";
import { isPictureType } from "../../fields/avatar.ts";
import { removeAvatar, setAvatar } from "../../me/avatar/change-avatar.ts";
import { maxPictureBytes } from "../../me/avatar/clean-picture.ts";
import { Refusal } from "../../problem.ts";
import { type Answer, goTo } from "../answer.ts";
import type { Typed } from "../forms/typed.ts";
import type { MessageKey } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";
import { troubleOf } from "../trouble.ts";
import { picturePage } from "../views/picture.ts";

const faults: Readonly<Record<string, MessageKey>> = {
  animated: "picture.animated",
  too_large: "picture.tooLarge",
};

/** @param form `picture` is the file as base64url, `picture.type` what the browser says it is. */
export async function savePicture(page: Page, form: Typed): Promise<Answer> {
  const { t } = page;
  const { picture = "", "picture.type": type = "" } = form;
  if (picture === "") return picturePage(page, t.text("picture.none"));
  if (!isPictureType(type)) return picturePage(page, t.text("picture.otherType"));
  const bytes = Uint8Array.from(base64url.decode(picture));
  if (bytes.length > maxPictureBytes) return picturePage(page, t.text("picture.tooLarge"));
  try {
    await setAvatar(page.services, page.caller, { type, bytes });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const reason = error.detail.errors?.[0]?.code ?? "";
    if (error.code === "picture_refused")
      return picturePage(page, t.text(faults[reason] ?? "picture.broken"));
    const trouble = troubleOf(page, error);
    if (!trouble) throw error;
    return picturePage(page, trouble.message);
  }
  const values = { what: t.text("field.avatar") };
  return goTo(`/account${await announce(page, "saved.field", { values })}`);
}

/** @throws {Refusal} as `removeAvatar`. */
export async function removePicture(page: Page): Promise<Answer> {
  await removeAvatar(page.services, page.caller);
  const values = { what: page.t.text("field.avatar") };
  return goTo(`/account${await announce(page, "saved.removed", { values })}`);
}
