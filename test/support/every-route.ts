import { randomBytes } from "node:crypto";

/** The settings that turn on every route of the app. */
export const everyRoute = {
  LOGTO_WEBHOOK_SIGNING_KEY: "webhook-signing-key",
  LOGTO_APP_ID: "web-app",
  LOGTO_APP_SECRET: "web-app-secret",
  COOKIE_KEYS: `test:${randomBytes(32).toString("base64")}`,
};
