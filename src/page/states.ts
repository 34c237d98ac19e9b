/**
 * What a person does here over several requests. It lies sealed in the database, under a random id that stands in the
 * address of the page: what was typed is never in an address, in a cookie, or readable in a table.
 */
import * as z from "zod";
import type { JsonValue } from "../json.ts";
import type { Page } from "./page.ts";

const minute = 60_000;
/** Longer than a proof lives, so that whoever is slow is asked again and loses nothing. */
const pendingLifeMs = 30 * minute;
/** The most states of one person. */
const maxStates = 40;

const typed = z.record(z.string(), z.string());
const sentCode = z.object({
  type: z.enum(["email", "phone"]),
  address: z.string(),
  expiresAt: z.string(),
  resendAfter: z.string(),
});

/** A kind of state: its name in the table, its content, and how long it waits. */
export type StateKind<Content extends JsonValue> = {
  name: string;
  schema: z.ZodType<Content>;
  lifeMs: number;
};

/**
 * A form that waits for step-up, where `sent` says where a code for that went; or, with `isLate`, one that was sent after
 * its session had ended.
 */
export const pendingForm = {
  name: "pending",
  schema: z.object({
    action: z.string(),
    form: typed,
    methods: z.array(z.string()),
    sent: sentCode.exactOptional(),
    isLate: z.literal(true).exactOptional(),
  }),
  lifeMs: pendingLifeMs,
} as const satisfies StateKind<JsonValue>;

/** A new address that waits for its code; `proof` is the step-up record that its owner earned. */
export const newAddress = {
  name: "address",
  schema: z.object({ ...sentCode.shape, proof: z.string().exactOptional() }),
  lifeMs: pendingLifeMs,
} as const satisfies StateKind<JsonValue>;

/** A step-up record that was earned for an export; without one, the session itself is the proof. */
export const exportProof = {
  name: "export",
  schema: z.object({ proof: z.string().exactOptional() }),
  lifeMs: pendingLifeMs,
} as const satisfies StateKind<JsonValue>;

/** A change that was saved: what is said of it. */
export const savedChange = {
  name: "change",
  schema: z.object({
    message: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
    address: z.string().exactOptional(),
  }),
  lifeMs: pendingLifeMs,
} as const satisfies StateKind<JsonValue>;

export type SentCode = z.output<typeof sentCode>;
export type PendingForm = z.output<typeof pendingForm.schema>;
export type NewAddress = z.output<typeof newAddress.schema>;
export type SavedChange = z.output<typeof savedChange.schema>;

/** Whose states they are. */
export type Keeper = { services: Page["services"]; caller: Pick<Page["caller"], "userId" | "personHash"> };

const context = ({ caller }: Keeper) => ({ userId: caller.userId, purpose: "page" }) as const;

/** Stores a state. @returns its id. @param id of the one that it replaces. Default: a new one. */
export async function keepState<Content extends JsonValue>(
  page: Keeper,
  kind: StateKind<Content>,
  content: Content,
  id: string = crypto.randomUUID(),
): Promise<string> {
  const { db, vault, platform } = page.services;
  const { userId, personHash } = page.caller;
  const sealed = await vault.seal(context(page), content);
  const expiresAt = platform.now() + kind.lifeMs;
  await db.batch([
    db.pageStates.save({ userId, id, kind: kind.name, sealed, expiresAt }, personHash),
    db.pageStates.keepNewest(userId, maxStates),
  ]);
  return id;
}

/** @returns a live state of this person; undefined for any other id. */
export async function findState<Content extends JsonValue>(
  page: Page,
  kind: StateKind<Content>,
  id: string,
): Promise<Content | undefined> {
  const { db, platform } = page.services;
  return opened(page, kind, await db.pageStates.find(keyOf(page, kind, id), platform.now()));
}

/** Takes the state away, so that what waited in it happens once. */
export async function takeState<Content extends JsonValue>(
  page: Page,
  kind: StateKind<Content>,
  id: string,
): Promise<Content | undefined> {
  const { db, platform } = page.services;
  return opened(page, kind, await db.pageStates.take(keyOf(page, kind, id), platform.now()));
}

const keyOf = ({ caller }: Page, { name }: { name: string }, id: string) => ({
  userId: caller.userId,
  id,
  kind: name,
});

async function opened<Content extends JsonValue>(
  page: Page,
  { schema }: StateKind<Content>,
  sealed: string | undefined,
): Promise<Content | undefined> {
  return sealed === undefined
    ? undefined
    : schema.parse(await page.services.vault.open(context(page), sealed));
}
