/** A kind of connector that can be added to the tenant, with what the Management API shows of it. */
export type ConnectorFactory = {
  id: string;
  type: "Email" | "Sms" | "Social";
  target: string;
  platform: "Universal" | null;
  name: Record<string, string>;
  description: Record<string, string>;
  logo: string;
  logoDark: string | null;
  readme: string;
  configTemplate: string;
  isTokenStorageSupported?: boolean;
};

/** The members that a configuration of each kind needs. */
export const requiredConfig: Record<ConnectorFactory["type"], string[]> = {
  Email: ["apiKey", "fromEmail", "fromName", "templates"],
  Sms: ["accountSID", "authToken", "fromMessagingServiceSID", "templates"],
  Social: ["clientId", "clientSecret"],
};

/** Logto's own mock connectors: they send nothing, and take every social identity that the caller names. */
export const connectorFactories: ConnectorFactory[] = [
  {
    id: "mock-email-service",
    type: "Email",
    target: "mock-mail",
    platform: null,
    name: {
      en: "Mock Mail Service",
      "zh-CN": "Mock 邮件服务",
      "tr-TR": "Mock Mail Servis",
      ko: "Mock Mail Service",
    },
    description: { en: "Sends no mail. The code is printed, and kept at /dev/messages." },
    logo: "./logo.svg",
    logoDark: null,
    readme: "# Mock mail connector\n\nFor integration tests only.\n",
    configTemplate: "{}",
  },
  {
    id: "mock-short-message-service",
    type: "Sms",
    target: "mock-sms",
    platform: null,
    name: {
      en: "Mock SMS Service",
      "zh-CN": "Mock 短信服务",
      "tr-TR": "Mock SMS Servis",
      ko: "Mock SMS Service",
    },
    description: { en: "Sends no message. The code is printed, and kept at /dev/messages." },
    logo: "./logo.svg",
    logoDark: null,
    readme: "# Mock SMS connector\n\nFor integration tests only.\n",
    configTemplate: "{}",
  },
  {
    id: "mock-social-connector",
    type: "Social",
    target: "mock-social",
    platform: "Universal",
    name: { en: "Mock Social", "zh-CN": "Mock 社交登录", ko: "Mock Social", "tr-TR": "Mock Social" },
    description: { en: "Takes the identity that the caller names." },
    logo: "./logo.svg",
    logoDark: null,
    readme: "# Social mock connector\n\nFor integration tests only.\n",
    configTemplate: "{}",
    isTokenStorageSupported: true,
  },
];
