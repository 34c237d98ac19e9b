/** Every limit on tries and messages: what is counted, how many are allowed, and how long a lock lasts. */
import { personBucket } from "../../db/buckets.ts";
import type { ChargedCaller } from "./charge.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long a step-up record and a proof of a new address are valid. */
export const verificationLifeMs = 10 * minute;
/** How long Logto accepts a code. */
export const codeLifeMs = 10 * minute;
/** The number of wrong tries after which a code is no longer accepted. */
export const maxTriesPerCode = 5;
/** The shortest time between two codes to one address. */
const resendAfterMs = minute;

/** Buckets charged before a password is checked upstream. */
export const passwordCharges = ({ userId, address }: ChargedCaller) => [
  {
    bucket: personBucket("password", userId),
    max: 5,
    windowMs: 15 * minute,
    lockMs: [15 * minute, 30 * minute, 60 * minute],
  },
  { bucket: `password:address:${address}`, max: 30, windowMs: 15 * minute },
];

/** Buckets charged before a code is checked upstream. The tries of one code are counted in its row. */
export const codeCheckCharges = ({ userId, address }: ChargedCaller) => [
  { bucket: personBucket("code-check", userId), max: 10, windowMs: hour },
  { bucket: `code-check:address:${address}`, max: 30, windowMs: 15 * minute },
];

/** Buckets charged before somebody says that a sign-in was not theirs, which signs everybody out. */
export const disownCharges = ({ userId }: ChargedCaller) => [
  { bucket: personBucket("not-me", userId), max: 5, windowMs: hour },
];

/**
 * Buckets charged before a code is sent.
 * @param recipient the keyed hash of the address in canonical form, so that all spellings share one bucket.
 */
export const codeSendCharges =
  (recipient: string) =>
  ({ userId, address }: ChargedCaller) => [
    { bucket: personBucket("code-send", userId), max: 5, windowMs: hour },
    { bucket: personBucket("code-send-day", userId), max: 10, windowMs: 24 * hour },
    { bucket: `code-send:recipient:${recipient}`, max: 5, windowMs: hour },
    { bucket: `code-send:recipient-pause:${recipient}`, max: 1, windowMs: resendAfterMs },
    { bucket: `code-send:address:${address}`, max: 10, windowMs: hour },
  ];

/** Bucket charged before a link from a notice is looked up; a link that is known is refunded. */
export const undoLinkCharges = ({ address }: Pick<ChargedCaller, "address">) => [
  { bucket: `undo-link:address:${address}`, max: 30, windowMs: 15 * minute },
];

/** The bucket charged before everything that is held about a person is handed out. */
export const exportCharges = ({ userId }: ChargedCaller) => [
  { bucket: personBucket("export", userId), max: 1, windowMs: hour },
];
