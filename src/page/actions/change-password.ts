/** A new password. Its policy is asked before step-up, so that nobody proves who they are for one that is refused. */
import type { PasswordIssue } from "../../logto/users.ts";
import { changePassword } from "../../me/password/change-password.ts";
import { checkPassword } from "../../me/password/check-password.ts";
import { Refusal } from "../../problem.ts";
import { type Answer, goTo } from "../answer.ts";
import type { Typed } from "../forms/typed.ts";
import { policyKeys } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";
import { troubleOf } from "../trouble.ts";
import { passwordPage } from "../views/password.ts";

const maxLength = 256;

/** @throws {Refusal} `step_up_required`, and what no form can say. */
export async function savePassword(page: Page, form: Typed): Promise<Answer> {
  const { services, caller, t } = page;
  const { password = "", proof } = form;
  if (password === "") return passwordPage(page, { proof, faults: [t.text("error.newPasswordEmpty")] });
  if (password.length > maxLength)
    return passwordPage(page, { proof, faults: [t.text("policy.too_long", { max: maxLength })] });
  try {
    if (proof === undefined) {
      const { ok, issues } = await checkPassword(services, caller, password);
      if (!ok) return passwordPage(page, { proof, faults: issuesText(page, issues) });
    }
    const { revokedSessions } = await changePassword(services, caller, { password, verificationId: proof });
    const said = await announce(page, "saved.password", { values: { count: revokedSessions } });
    return goTo(`/account/sign-in${said}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "password_rejected")
      return passwordPage(page, { proof, faults: issuesText(page, error.detail.issues ?? []) });
    const trouble = troubleOf(page, error);
    if (!trouble) throw error;
    return passwordPage(page, { proof, trouble: trouble.message });
  }
}

/** The tenant's rules that a password breaks, in words. */
const issuesText = ({ t }: Pick<Page, "t">, issues: readonly PasswordIssue[]): string[] =>
  issues.map(({ code, params = {} }) => {
    const key = policyKeys.find((candidate) => candidate === `policy.${code.replace(/^restricted\./, "")}`);
    return t.text(key ?? "policy.other", { min: 0, max: maxLength, ...params });
  });
