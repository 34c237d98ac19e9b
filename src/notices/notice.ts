/** What is told to whom: drafted from the person as they were before a change, and stored in the batch of the change. */
import type { Compilable } from "kysely";
import * as z from "zod";
import type { Guard } from "../../db/guard.ts";
import type { LogtoUser } from "../logto/users.ts";
import type { Services } from "../services.ts";
import type { NoticeKind, NoticeParams } from "./kinds.ts";
import { languageFor, noticeLanguages } from "./messages/messages.ts";

/** A schema, because drafts are also read back from sealed journal rows. */
export const noticeDraft = z.object({
  id: z.string(),
  kind: z.string(),
  /** When it happened, epoch ms. */
  at: z.number(),
  to: z.object({ email: z.string().nullable(), phone: z.string().nullable() }),
  language: z.enum(noticeLanguages),
  timeZone: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  /** A page that takes the change back. */
  link: z.string().nullable(),
});

export type NoticeDraft = z.output<typeof noticeDraft>;

/** Whom it goes to, and what is known of how they read. */
export type Addressee = Pick<LogtoUser, "primaryEmail" | "primaryPhone" | "profile" | "customData">;

export type DraftOptions = {
  /** A page that takes the change back. It may hold a token. */
  link?: string;
  /** Names the notice. Default: a random id. */
  id?: string;
};

/**
 * Drafts a notice, in a list for a batch or a journal entry.
 * @param person as they were before the change, so that a changed address is told at the old one.
 * @returns one draft; none where no notices go out, or where the person has no address that they could go to.
 */
export function draftNotice<Kind extends NoticeKind>(
  { config, platform }: Pick<Services, "config" | "platform">,
  person: Addressee,
  kind: Kind,
  params: NoticeParams<Kind>,
  { link, id = crypto.randomUUID() }: DraftOptions = {},
): NoticeDraft[] {
  const to = { email: person.primaryEmail, phone: person.primaryPhone };
  const reaches = config.notices?.by === "event" ? (to.email ?? to.phone) : to.email;
  if (!config.notices || reaches === null) return [];
  const language = languageFor([person.profile.locale, ...preferred(person)]);
  const timeZone = String(person.profile.zoneinfo ?? "UTC");
  return [
    { id, kind, at: platform.now(), to, language, timeZone, params: { ...params }, link: link ?? null },
  ];
}

const preferencesForm = z.object({
  preferences: z.object({ language: z.string(), locale: z.string() }).partial(),
});

function preferred({ customData }: Addressee): unknown[] {
  const { data } = preferencesForm.safeParse(customData);
  return data ? [data.preferences.locale, data.preferences.language] : [];
}

/** A notice that cannot be delivered is given up after this long. */
export const noticeLifeMs = 7 * 24 * 60 * 60 * 1000;
/** The retention waits longer, so that what is given up is noticed. */
const keptMs = noticeLifeMs + 24 * 60 * 60 * 1000;

/** What an insertion needs beside the drafts. */
export type StoreOptions = Guard & {
  /** Keyed hash of a browser: the notice is stored only if the person has used others, and not this one. */
  newBrowser?: string;
};

/**
 * The statements that store drafts, for the batch of the change that they tell of. What the batch has stored is sent as
 * soon as it is committed.
 * @param guard the one of the change.
 */
export function storeNotices(
  { db, vault }: Pick<Services, "db" | "vault">,
  userId: string,
  drafts: readonly NoticeDraft[],
  { newBrowser, ...guard }: StoreOptions,
): Promise<Compilable[]> {
  return Promise.all(
    drafts.map(async ({ id, kind, at, ...content }) => {
      const sealed = await vault.seal({ userId, purpose: "notice" }, { at, ...content });
      const notice = { id, userId, kind, sealed, createdAt: at, expiresAt: at + keptMs };
      return db.notices.insert(notice, guard, newBrowser);
    }),
  );
}

/** `draftNotice` and `storeNotices` in one, for a change that has no journal entry. */
export const noticeOf = <Kind extends NoticeKind>(
  services: Pick<Services, "config" | "platform" | "db" | "vault">,
  person: Addressee & Pick<LogtoUser, "id">,
  kind: Kind,
  params: NoticeParams<Kind>,
  guard: StoreOptions,
): Promise<Compilable[]> =>
  storeNotices(services, person.id, draftNotice(services, person, kind, params), guard);

/** The sealed part of a stored notice. */
export const noticeContent = noticeDraft.omit({ id: true, kind: true });

export type NoticeContent = z.output<typeof noticeContent>;
