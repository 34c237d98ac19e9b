import type { NoticeMessages } from "./form.ts";

/** A text of another direction keeps its own. */
const apart = (text: string) => `\u2068${text}\u2069`;

export const ar: NoticeMessages = {
  kinds: {
    "email.changed": {
      subject: "تم تغيير بريدك الإلكتروني",
      text: ({ host }) => `تم تغيير عنوان البريد الإلكتروني لحسابك لدى ${apart(host)}.`,
    },
    "phone.changed": {
      subject: "تم تغيير رقم هاتفك",
      text: ({ host }) => `تم تغيير رقم الهاتف لحسابك لدى ${apart(host)}.`,
    },
    "username.changed": {
      subject: "تم تغيير اسم المستخدم",
      text: ({ host }) => `تم تغيير اسم المستخدم لحسابك لدى ${apart(host)}.`,
    },
    "password.changed": {
      subject: "تم تغيير كلمة مرورك",
      text: ({ host }) => `تم تغيير كلمة المرور لحسابك لدى ${apart(host)}، وأُنهيت الجلسات الأخرى.`,
    },
    "change.undone": {
      subject: "تم التراجع عن تغيير في حسابك",
      text: ({ host }) => `تم التراجع عن تغيير في حسابك لدى ${apart(host)}، وأُنهيت جميع الجلسات.`,
    },
    "sign_in.new_browser": {
      subject: "تسجيل دخول من متصفح جديد",
      text: ({ host, browser, system }) =>
        `سجّل شخص ما الدخول إلى حسابك لدى ${apart(host)} من متصفح لم يُستخدم من قبل.
المتصفح: ${apart(browser)}
النظام: ${apart(system)}`,
    },
    "sign_in.disowned": {
      subject: "تم إنهاء جميع جلساتك",
      text: ({ host }) =>
        `أُبلغ عن تسجيل دخول إلى حسابك لدى ${apart(host)} بأنه لم يكن منك. تم إنهاء جميع الجلسات.
سجّل الدخول من جديد وعيّن كلمة مرور جديدة.`,
    },
    "factor.removed": {
      subject: "تمت إزالة عامل تحقق ثانٍ",
      text: ({ host }) => `تمت إزالة عامل تحقق ثانٍ من حسابك لدى ${apart(host)}.`,
    },
    "identity.removed": {
      subject: "تمت إزالة حساب مرتبط",
      text: ({ host }) => `تمت إزالة حساب كان مرتبطًا بحسابك لدى ${apart(host)}.`,
    },
    "details.revealed": {
      subject: "تم عرض تفاصيل مخفية",
      text: ({ host }) => `عُرضت كاملةً تفاصيل من حسابك لدى ${apart(host)} تكون مخفية عادةً.`,
    },
    "sessions.ended": {
      subject: "تم إنهاء جلسات",
      text: ({ host }) => `تم إنهاء جلسات لحسابك لدى ${apart(host)} على أجهزة أخرى.`,
    },
    "applications.revoked": {
      subject: "سُحب الوصول من تطبيق",
      text: ({ host, application }) => `سُحب الوصول إلى حسابك لدى ${apart(host)} من أحد التطبيقات.
التطبيق: ${apart(application)}`,
    },
    "export.made": {
      subject: "تم تصدير بياناتك",
      text: ({ host }) => `تم تنزيل كل ما هو مخزّن عنك لدى ${apart(host)}.`,
    },
    "notices.changed": {
      subject: "تم تغيير إشعاراتك",
      text: ({ host }) => `تم تغيير الرسائل التي تصلك بشأن حسابك لدى ${apart(host)}.`,
    },
    "deletion.requested": {
      subject: "سيُحذف حسابك",
      text: ({ host, due }) => `طُلب حذف حسابك لدى ${apart(host)}.
سيُحذف في ${apart(due)}. حتى ذلك الحين يمكنك تسجيل الدخول والاحتفاظ به.`,
    },
    "deletion.due": {
      subject: "سيُحذف حسابك قريبًا",
      text: ({ host, due }) => `سيُحذف حسابك لدى ${apart(host)} في ${apart(due)}.
للاحتفاظ به، سجّل الدخول قبل ذلك وألغِ الحذف.`,
    },
    "deletion.cancelled": {
      subject: "لن يُحذف حسابك",
      text: ({ host }) => `أُلغي حذف حسابك لدى ${apart(host)}. يبقى حسابك كما هو.`,
    },
    "deletion.done": {
      subject: "يجري حذف حسابك",
      text: ({
        host,
        receipt,
      }) => `يجري الآن حذف حسابك لدى ${apart(host)} مع كل ما هو مخزّن عنك، ولا يمكن إيقاف ذلك بعد الآن.
الإيصال: ${apart(receipt)}`,
    },
  },
  when: (time) => `الوقت: ${apart(time)}`,
  notYou:
    "إن لم تكن أنت، فربما يستخدم شخص آخر حسابك: عيّن كلمة مرور جديدة فورًا وأنهِ جميع الجلسات الأخرى. وإن لم يعد بإمكانك تسجيل الدخول، فاطلب المساعدة هناك.",
  undo: (link) => `للتراجع عن التغيير، افتح هذه الصفحة وأكّد:\n${link}`,
  account: (link) => `حسابك:\n${link}`,
  unknown: "غير معروف",
};
