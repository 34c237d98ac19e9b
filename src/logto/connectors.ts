/** How the tenant can send codes. A connector's configuration holds secrets: only its list of templates is read. */
import * as z from "zod";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import type { Recipient } from "./codes.ts";
import type { Management } from "./management.ts";
import { successOf } from "./refusals.ts";

type Channel = Recipient["type"];

export type Connectors = {
  /**
   * Says by which channels a code can be sent; the answer is at most some minutes old.
   * @returns undefined if the tenant does not say.
   */
  codeChannels(): Promise<ReadonlySet<Channel> | undefined>;
};

const template = z.object({ usageType: z.string() }).catch({ usageType: "" });
/** The answer of `GET /api/connectors`. */
export const connectors = z.array(
  z.object({
    type: z.string(),
    // Some connectors have their templates at the provider, and none here.
    config: z.object({ templates: z.array(template).optional().catch(undefined) }).catch({}),
  }),
);
/** The answer of `GET /api/email-templates`. */
export const emailTemplates = z.array(z.object({ templateType: z.string() }));

const channelOf: Record<string, Channel> = { Email: "email", Sms: "phone" };

/** The kind of template with which the Management API sends codes. */
const usage = "Generic";

/** Connectors change by the hand of an operator. */
const lifeMs = 5 * 60_000;
/** After a failure the tenant is not asked again for so long. */
const pauseMs = 30_000;

/** Builds the reader. It sends nothing to Logto yet. */
export function createConnectors(
  management: Management,
  { now, coalesce }: Pick<Platform, "now" | "coalesce">,
): Connectors {
  let kept: { channels: ReadonlySet<Channel> | undefined; until: number } | undefined;

  const read = async () => {
    try {
      kept = { channels: await readChannels(management), until: now() + lifeMs };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      kept = { channels: undefined, until: now() + pauseMs };
    }
    return kept.channels;
  };

  return {
    codeChannels: async () =>
      kept && kept.until > now() ? kept.channels : coalesce("logto-connectors", read),
  };
}

/** @throws {UpstreamFailure} as `management` does. */
async function readChannels(management: Management): Promise<ReadonlySet<Channel>> {
  const found = successOf(await management.call("listConnectors", {}, connectors));
  const { usable } = await channelsOf(found, () => hasEmailTemplate(management));
  return usable;
}

/**
 * Sorts connectors by what they can send.
 * @param hasEmailTemplate whether the tenant has an e-mail template of its own for codes; asked only where it matters.
 * @returns the channels with a connector, and those by which a code can be sent.
 */
export async function channelsOf(
  found: z.infer<typeof connectors>,
  hasEmailTemplate: () => Promise<boolean>,
): Promise<{ present: ReadonlySet<Channel>; usable: ReadonlySet<Channel> }> {
  const present = new Set<Channel>();
  const usable = new Set<Channel>();
  for (const { type, config } of found) {
    const channel = channelOf[type];
    if (channel === undefined) continue;
    present.add(channel);
    const { templates } = config;
    const isUsable =
      templates === undefined ||
      templates.some(({ usageType }) => usageType === usage) ||
      (channel === "email" && (await hasEmailTemplate()));
    if (isUsable) usable.add(channel);
  }
  return { present, usable };
}

/** Whether one of the tenant's own e-mail templates is for codes. */
export const isForCodes = ({ templateType }: z.infer<typeof emailTemplates>[number]) =>
  templateType === usage;

/** The tenant's own e-mail templates stand in for those of the connector. An older Logto has none. */
async function hasEmailTemplate(management: Management): Promise<boolean> {
  const answer = await management.call("listEmailTemplates", {}, emailTemplates);
  if (!answer.ok && answer.status === 404) return false;
  return successOf(answer).some(isForCodes);
}
