import type { enCredentials } from "./en-credentials.ts";

/** What the pages say of second factors and linked accounts, in German. */
export const deCredentials: Record<keyof typeof enCredentials, string> = {
  "factors.title": "Zweiter Schritt",
  "factors.note": "Wird neben dem Passwort verlangt",
  "factors.required": "Von diesem Dienst verlangt",
  "factors.added": "Hinzugefügt am {when}",
  "factors.used": "Zuletzt benutzt am {when}",
  "factors.left": "{count, plural, one {Noch # Code} other {Noch # Codes}}",
  "factors.last":
    "Dieser Dienst verlangt einen zweiten Schritt. Fügen Sie einen anderen hinzu, bevor Sie den letzten entfernen.",
  "factor.Totp": "Authenticator-App",
  "factor.WebAuthn": "Passkey",
  "factor.BackupCode": "Ersatzcodes",
  "identities.title": "Verknüpftes Konto",
  "identities.note": "Konten anderswo, mit denen Sie sich anmelden können",
  "identities.last":
    "Anders können Sie sich nicht anmelden. Fügen Sie zuerst eine E-Mail-Adresse, eine Telefonnummer oder ein Passwort hinzu.",
  "confirm.forFactor": "Um einen zweiten Schritt zu entfernen:",
  "confirm.forIdentity": "Um ein verknüpftes Konto zu entfernen:",
  "event.factor.removed": "Zweiter Schritt entfernt",
  "event.identity.removed": "Verknüpftes Konto entfernt",
};
