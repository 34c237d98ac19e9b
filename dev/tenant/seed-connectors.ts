import { type ConnectorFactory, connectorFactories } from "./store/connector-factories.ts";
import { templateTypes } from "./store/email-templates.ts";
import type { TenantState } from "./store/state.ts";

/** The ids of the seeded connectors. */
export const seededConnectorIds = { Email: "devemail0001", Sms: "devsms000001", Social: "devsocial001" };

const content = "Your code is {{code}}";

/** The secrets of the seeded configurations are worth nothing, but must not be shown either. */
const configs: Record<ConnectorFactory["type"], Record<string, unknown>> = {
  Email: {
    apiKey: "dev-mail-api-key",
    fromName: "Logto",
    fromEmail: "noreply@logto.test.io",
    templates: templateTypes.map((usageType) => ({
      type: "text/plain",
      content,
      subject: usageType,
      usageType,
    })),
  },
  Sms: {
    accountSID: "dev-sms-account",
    authToken: "dev-sms-auth-token",
    fromMessagingServiceSID: "dev-sms-service",
    templates: templateTypes.map((usageType) => ({ content, usageType })),
  },
  Social: { clientId: "dev-social-client", clientSecret: "dev-social-client-secret" },
};

/** Adds one connector of each type: e-mail, SMS and social. */
export function seedConnectors({ connectors }: TenantState): void {
  for (const factory of connectorFactories) {
    const id = seededConnectorIds[factory.type];
    connectors.insert({ id, factory, config: configs[factory.type], metadata: {}, syncProfile: false });
  }
}
