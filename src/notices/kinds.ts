/** The kinds of notices. */

type Kind = {
  /** What its text is made of, beside when and where. A number is a moment (epoch ms). Never a value, a code or a secret. */
  params: readonly string[];
  /** Whether a person may turn it off. */
  isOptional: boolean;
  /** Whether it says what to do for somebody who did not do this. */
  warns: boolean;
};

const security = { isOptional: false, warns: true } as const;
const optional = { isOptional: true, warns: true } as const;
/** Of an account that goes: its own text says what to do. */
const farewell = { isOptional: false, warns: false } as const;

export const kinds = {
  "email.changed": { params: [], ...security },
  "phone.changed": { params: [], ...security },
  "username.changed": { params: [], ...security },
  "password.changed": { params: [], ...security },
  "change.undone": { params: [], ...security },
  "sign_in.new_browser": { params: ["browser", "system"], ...security },
  /** Somebody has said of a sign-in that it was not theirs. */
  "sign_in.disowned": { params: [], ...farewell },
  "factor.removed": { params: [], ...security },
  "identity.removed": { params: [], ...security },
  "details.revealed": { params: [], ...optional },
  "sessions.ended": { params: [], ...optional },
  "applications.revoked": { params: ["application"], ...optional },
  "export.made": { params: [], ...security },
  "notices.changed": { params: [], ...security },
  "deletion.requested": { params: ["due"], ...security },
  "deletion.due": { params: ["due"], ...security },
  "deletion.cancelled": { params: [], ...security },
  /** `receipt` names the deletion, and nobody. */
  "deletion.done": { params: ["receipt"], ...farewell },
} as const satisfies Readonly<Record<string, Kind>>;

export type NoticeKind = keyof typeof kinds;

/** What the text of a kind is made of. */
export type NoticeParams<Kind extends NoticeKind = NoticeKind> = Readonly<
  Record<(typeof kinds)[Kind]["params"][number], string | number>
>;

/** A kind that a person may turn off. */
export type OptionalKind = {
  [Kind in NoticeKind]: (typeof kinds)[Kind]["isOptional"] extends true ? Kind : never;
}[NoticeKind];

const isOptional = (kind: NoticeKind): kind is OptionalKind => kinds[kind].isOptional;

export const isNoticeKind = (name: string): name is NoticeKind => Object.hasOwn(kinds, name);

const noticeKinds: readonly NoticeKind[] = Object.keys(kinds).filter(isNoticeKind);

export const optionalKinds: readonly OptionalKind[] = noticeKinds.filter(isOptional);

/** The kinds that always come. */
export const steadyKinds: readonly NoticeKind[] = noticeKinds.filter((kind) => !isOptional(kind));
