import { disownSignIns } from "../../me/sign-ins/disown-sign-ins.ts";
import { type Answer, goTo } from "../answer.ts";
import { allEnded } from "../faces.ts";
import type { Page } from "../page.ts";

/** Ends all, this session too, and leads to the form for a new password, behind a sign-in. @throws {Refusal} as `disownSignIns`. */
export async function sayNotMe({ services, caller }: Page): Promise<Answer> {
  await disownSignIns(services, caller);
  return goTo(`/account/password?${allEnded}`);
}
