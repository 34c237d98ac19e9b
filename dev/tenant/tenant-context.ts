import type { OidcServer } from "./oidc/oidc-server.ts";
import type { TenantSettings } from "./settings.ts";
import type { Message } from "./store/codes.ts";
import type { NoticeMessage } from "./store/mailbox.ts";
import type { TenantState } from "./store/state.ts";
import type { Webhooks } from "./webhooks.ts";

/** What every part of the tenant can use. */
export type TenantContext = {
  endpoint: string;
  issuer: string;
  managementApi: string;
  state: TenantState;
  settings: TenantSettings;
  oidc: OidcServer;
  webhooks: Webhooks;
  /** Epoch milliseconds. Tokens and sessions use the machine's clock instead. */
  now: () => number;
  /** Argon2 memory in KiB. */
  passwordCost: number;
  /** Prints a verification code to the console. */
  deliver: (message: Message) => void;
  /** Prints a notice to the console. */
  announce: (notice: NoticeMessage) => void;
};
