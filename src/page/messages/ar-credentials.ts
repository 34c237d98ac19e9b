import type { enCredentials } from "./en-credentials.ts";

/** What the pages say of second factors and linked accounts, in Arabic. */
export const arCredentials: Record<keyof typeof enCredentials, string> = {
  "factors.title": "الخطوة الثانية",
  "factors.note": "تُطلب إلى جانب كلمة المرور",
  "factors.required": "تطلبها هذه الخدمة",
  "factors.added": "أُضيفت في {when}",
  "factors.used": "آخر استخدام في {when}",
  "factors.left":
    "{count, plural, zero {لم يبق أي رمز} one {بقي رمز واحد} two {بقي رمزان} few {بقيت # رموز} many {بقي # رمزًا} other {بقي # رمز}}",
  "factors.last": "تطلب هذه الخدمة خطوة ثانية. أضف خطوة أخرى قبل إزالة الأخيرة.",
  "factor.Totp": "تطبيق المصادقة",
  "factor.WebAuthn": "مفتاح مرور",
  "factor.BackupCode": "رموز احتياطية",
  "identities.title": "حساب مرتبط",
  "identities.note": "حسابات في خدمات أخرى يمكنك الدخول بها",
  "identities.last": "هذه طريقتك الوحيدة للدخول. أضف أولًا بريدًا إلكترونيًا أو رقم هاتف أو كلمة مرور.",
  "confirm.forFactor": "لإزالة خطوة ثانية:",
  "confirm.forIdentity": "لإزالة حساب مرتبط:",
  "event.factor.removed": "أُزيلت خطوة ثانية",
  "event.identity.removed": "أُزيل حساب مرتبط",
};
