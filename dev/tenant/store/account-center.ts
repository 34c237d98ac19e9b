/** Whether people may change their account at Logto itself, and what of it. The API behind it does not exist here. */
export type AccountCenter = {
  enabled: boolean;
  fields: { [field: string]: "Off" | "ReadOnly" | "Edit" | undefined };
  webauthnRelatedOrigins: string[];
  deleteAccountUrl: string | null;
  customCss: string | null;
};

/** The account center of a new tenant. */
export const defaultAccountCenter = (): AccountCenter => ({
  enabled: false,
  fields: {},
  webauthnRelatedOrigins: [],
  deleteAccountUrl: null,
  customCss: null,
});
