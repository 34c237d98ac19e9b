/** The form of `/account/notices`. */
import { chooseNotices } from "../../me/notices/choose-notices.ts";
import { type Answer, goTo } from "../answer.ts";
import type { Typed } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";

/** A box that is not checked is not sent. */
export async function saveNotices(page: Page, form: Typed): Promise<Answer> {
  const isOn = (name: string) => form[name] === "on";
  await chooseNotices(page.services, page.caller, {
    "details.revealed": isOn("details.revealed"),
    "sessions.ended": isOn("sessions.ended"),
    "applications.revoked": isOn("applications.revoked"),
  });
  return goTo(`/account/notices${await announce(page, "saved.notices")}`);
}
