/** The kinds of message that Logto sends. There is none for a notice of one's own. */
export const templateTypes = [
  "SignIn",
  "Register",
  "ForgotPassword",
  "OrganizationInvitation",
  "Generic",
  "UserPermissionValidation",
  "BindNewIdentifier",
  "MfaVerification",
  "BindMfa",
] as const;

/** What a message is for. */
export type TemplateType = (typeof templateTypes)[number];

/** A template of the tenant, which wins over those of its connector. `createdAt` in epoch milliseconds. */
export type EmailTemplate = {
  id: string;
  languageTag: string;
  templateType: TemplateType;
  details: Record<string, unknown>;
  createdAt: number;
};

/** The templates of the tenant: one for each language and type. */
export class EmailTemplates {
  readonly #templates = new Map<string, EmailTemplate>();

  list(): EmailTemplate[] {
    return [...this.#templates.values()];
  }

  put(template: EmailTemplate): void {
    this.#templates.set(`${template.languageTag} ${template.templateType}`, template);
  }

  has(templateType: TemplateType): boolean {
    return this.list().some((template) => template.templateType === templateType);
  }

  clear(): void {
    this.#templates.clear();
  }
}
