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
const connectors = z.array(
  z.object({
    type: z.string(),
    // Some connectors have their templates at the provider, and none here.
    config: z.object({ templates: z.array(template).optional().catch(undefined) }).catch({}),
  }),
);
const emailTemplates = z.array(z.object({ templateType: z.string() }));

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
  const channels = new Set<Channel>();
  for (const { type, config } of found) {
    const channel = channelOf[type];
    if (channel === undefined) continue;
    const { templates } = config;
    const isUsable =
      templates === undefined ||
      templates.some(({ usageType }) => usageType === usage) ||
      (channel === "email" && (await hasEmailTemplate(management)));
    if (isUsable) channels.add(channel);
  }
  return channels;
}

/** The tenant's own e-mail templates stand in for those of the connector. An older Logto has none. */
async function hasEmailTemplate(management: Management): Promise<boolean> {
  const answer = await management.call("listEmailTemplates", {}, emailTemplates);
  if (!answer.ok && answer.status === 404) return false;
  return successOf(answer).some(({ templateType }) => templateType === usage);
}
