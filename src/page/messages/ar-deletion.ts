import type { enDeletion } from "./en-deletion.ts";

/** What the pages say of the end of an account, in Arabic. */
export const arDeletion: Record<keyof typeof enDeletion, string> = {
  "deletion.row": "الحساب",
  "deletion.rowValue":
    "يُحذف {days, plural, one {بعد يوم واحد} two {بعد يومين} few {بعد # أيام} many {بعد # يومًا} other {بعد # يوم}} من طلبك",
  "deletion.open": "حذف",
  "deletion.title": "احذف حسابك",
  "deletion.intro":
    "يُحذف {days, plural, one {بعد يوم واحد} two {بعد يومين} few {بعد # أيام} many {بعد # يومًا} other {بعد # يوم}} من طلبك. حتى ذلك الحين يستمر كل شيء كما هو، ويمكنك أن تغيّر رأيك.",
  "deletion.goes": "ماذا يحدث بعد ذلك",
  "deletion.goesSignIn": "لن تتمكن من تسجيل الدخول، لا هنا ولا في أي تطبيق تستخدمه بهذا الحساب.",
  "deletion.goesData": "يُمحى ملفك الشخصي وعناوينك وتفاصيلك الخاصة وكل النشاط. ولا يستطيع أحد استعادتها.",
  "deletion.stays": "ما يبقى هو إيصال بلا اسمك: رقم نرسله إليك، ووقت.",
  "deletion.confirm": "للتأكيد، اكتب {name}",
  "deletion.confirmWrong": "هذا ليس اسم حسابك.",
  "deletion.submit": "احذف حسابي",
  "deletion.refused": "لا يمكن حذف هذا الحساب الآن.",
  "deletion.askedTitle": "سيُحذف حسابك",
  "deletion.askedIntro": "في {due} يُحذف نهائيًا. حتى ذلك الحين يمكنك الاحتفاظ به.",
  "deletion.overdueIntro": "حان اليوم، لكن الحذف موقوف ويُعاد كل يوم. ما زال بإمكانك الاحتفاظ بحسابك.",
  "deletion.heldFor": "الحذف موقوف: {reason}",
  "deletion.keep": "احتفظ بحسابي",
  "deletion.goOn": "أبقِ على الحذف",
  "deletion.banner": "سيُحذف هذا الحساب في {due}.",
  "saved.kept": "حسابك باقٍ. لن يُحذف شيء.",
  "confirm.forDeletion": "لحذف حسابك:",
  "event.deletion.requested": "طُلب حذف الحساب",
  "event.deletion.cancelled": "أُلغي الحذف: الحساب باقٍ",
};
