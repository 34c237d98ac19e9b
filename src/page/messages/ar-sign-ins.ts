import type { enSignIns } from "./en-sign-ins.ts";

/** What the pages say of sign-ins, in Arabic. */
export const arSignIns: Readonly<Record<keyof typeof enSignIns, string>> = {
  "action.view": "عرض",

  "signIns.title": "سجل تسجيلات الدخول",
  "signIns.rowNote": "من سجّل الدخول باسمك، ومن حاول ذلك",
  "signIns.intro": "من سجّل الدخول باسمك أو حاول ذلك، الأحدث أولًا.",
  "signIns.empty": "لم يُسجَّل أي دخول بعد.",
  "signIns.emptyPage": "لا شيء في هذه الصفحة. انتقل إلى الإدخالات الأقدم.",
  "signIns.ok": "تم تسجيل الدخول",
  "signIns.wrong_proof": "مرفوض: كلمة مرور أو رمز غير صحيح في هذه الصفحة",
  "signIns.wrong_second_factor": "مرفوض: رمز غير صحيح في الخطوة الثانية",
  "signIns.locked": "قُفل بعد كلمات مرور أو رموز كثيرة غير صحيحة",
  "signIns.not_allowed": "رفضته خدمة تسجيل الدخول",
  "signIns.password": "كلمة المرور",
  "signIns.email": "رمز عبر البريد الإلكتروني",
  "signIns.phone": "رمز عبر رسالة نصية",
  "signIns.social": "حساب اجتماعي",
  "signIns.sso": "حساب الشركة",
  "signIns.one_time_token": "رابط لمرة واحدة",
  "signIns.passkey": "مفتاح مرور",
  "signIns.totp": "تطبيق المصادقة",
  "signIns.backup_code": "رمز احتياطي",
  "signIns.browser": "{browser} على {system}",
  "signIns.network": "الشبكة {network}",
  "signIns.place": "المكان كما ورد: {place}",
  "signIns.reported": "المتصفح والشبكة والمكان هي ما يقوله كل طلب عن نفسه. وقد يكون المكان مختلقًا.",
  "signIns.listed":
    "كلمة المرور الخاطئة في صفحة تسجيل الدخول لا تُسجَّل باسم أحد، لذلك لا تظهر هنا. تراها حين تكثر حتى تقفل حسابك.",
  "signIns.not_received":
    "كلمات المرور الخاطئة في صفحة تسجيل الدخول لا تُسجَّل باسم أحد، لذلك لا تظهر هنا، ولا تُبلَّغ هذه الخدمة حين تقفل حسابك.",

  "notMe.short": "لم يكن هذا أنا",
  "notMe.help": "هل بينها ما لا تعرفه؟",
  "notMe.title": "هل كان شخصًا آخر؟",
  "notMe.intro": "ضغطة واحدة تُخرج كل من سجّل الدخول باسمك، على كل جهاز وتطبيق. وأنت أيضًا.",
  "notMe.then": "ما الذي يحدث بعدها",
  "notMe.records": "كل ما أثبته أو طلبه أحد باسمك يصبح بلا قيمة.",
  "notMe.password":
    "تبقى كلمة مرورك كما هي. سجّل الدخول بعدها مباشرة واختر كلمة جديدة: حتى ذلك الحين يستطيع من يعرف الحالية أن يسجّل الدخول.",
  "notMe.tokens": "قد يحتاج تطبيق قيد الاستخدام الآن إلى ساعة حتى يلاحظ ذلك.",
  "notMe.press": "إخراج الجميع الآن",
  "notMe.ended": "تم إخراج الجميع",
  "notMe.endedIntro":
    "سجّل الدخول مجددًا واختر الآن كلمة مرور جديدة. حتى ذلك الحين يستطيع من يعرف الحالية أن يسجّل الدخول.",
  "notMe.signIn": "تسجيل الدخول واختيار كلمة مرور",

  "event.sign_in.disowned": "قلت: لم يكن هذا أنا. وتم إخراج الجميع",
};
