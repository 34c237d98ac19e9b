import type { OidcServer } from "./oidc/oidc-server.ts";
import type { TenantSettings } from "./settings.ts";
import type { Message } from "./store/codes.ts";
import type { TenantState } from "./store/state.ts";
import type { Webhooks } from "./webhooks.ts";

/** What the parts of the tenant share. */
export type TenantContext = {
  endpoint: string;
  issuer: string;
  managementApi: string;
  state: TenantState;
  settings: TenantSettings;
  oidc: OidcServer;
  webhooks: Webhooks;
  /** Epoch milliseconds, for everything but the tokens' own times. */
  now: () => number;
  /** Argon2 memory in KiB. */
  passwordCost: number;
  /** Hands a code to its recipient: the console. */
  deliver: (message: Message) => void;
};
