/** Second factors and linked accounts: cards with what is set up, its removal, and the way to where more is added. */
import { html } from "hono/html";
import { type FactorItem, listFactors } from "../../me/factors/list-factors.ts";
import { type IdentityItem, listIdentities } from "../../me/identities/list-identities.ts";
import { type Html, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { card, named, type Row } from "../parts/blocks.ts";
import { type Stored, zoneIn } from "../stored.ts";
import { hidden } from "./form-page.ts";
import { dateAndTime } from "./times.ts";

type Named = Readonly<Record<string, string>>;

/** A card of each, where there is something in it or something to add. */
export async function credentialCards(page: Page, stored: Stored): Promise<Html> {
  const { t, services, caller } = page;
  const [factors, identities] = await Promise.all([
    listFactors(services, caller),
    listIdentities(services, caller),
  ]);
  const factorLinks = Object.entries(factors.addAt).map(([type, url]) =>
    addLink(page, factorName(page, type), url),
  );
  const identityLinks = Object.entries(identities.addAt).map(([target, { connector, url }]) =>
    addLink(page, providerName(page, target, connector), url),
  );
  return html`${cardOf(page, {
    id: "card-factors",
    title: t.text("factors.title"),
    note: t.text(factors.isRequired ? "factors.required" : "factors.note"),
    rows: factors.items.map((item) => factorRow(page, stored, item)),
    links: factorLinks,
  })}${cardOf(page, {
    id: "card-identities",
    title: t.text("identities.title"),
    note: t.text("identities.note"),
    rows: identities.items.map((item) => identityRow(page, item)),
    links: identityLinks,
  })}`;
}

function cardOf(
  { t }: Page,
  { links, ...content }: { id: string; title: string; note: string; rows: Row[]; links: Html[] },
): Html {
  if (content.rows.length === 0 && links.length === 0) return nothing;
  return card(t, { ...content, ...(links.length > 0 ? { foot: html`${links}` } : {}) });
}

/** A page at Logto, which leads back to this one. */
function addLink({ t, services }: Page, what: string, url: string): Html {
  const back = `${services.config.publicUrl}/account/sign-in`;
  return html`<a class="link" href="${url}?redirect=${encodeURIComponent(back)}">${named(t, "action.add", what)}</a>`;
}

function factorRow(page: Page, stored: Stored, item: FactorItem): Row {
  const { t } = page;
  const what = factorName(page, item.type);
  const day = (iso: string) => dateAndTime(t, zoneIn(stored), iso);
  const made = [item.browser, item.system].filter((name) => name !== null);
  const notes = [
    item.createdAt && t.text("factors.added", { when: day(item.createdAt) }),
    item.lastUsedAt && t.text("factors.used", { when: day(item.lastUsedAt) }),
  ].filter((note) => note !== null);
  const left = item.remainingCodes;
  const value = item.name ?? (made.length > 0 ? t.formats.list.format(made) : t.text("value.set"));
  return {
    what,
    value: html`<bdi>${left === null ? value : t.text("factors.left", { count: left })}</bdi>`,
    note: notes.join(" · "),
    action: removal(page, "factors", item.ref, what),
  };
}

function identityRow(page: Page, { ref, target, connector, account }: IdentityItem): Row {
  const what = providerName(page, target, connector);
  return {
    what,
    value: html`<bdi>${account.name ?? account.email ?? account.id}</bdi>`,
    note: account.name && account.email ? html`<bdi>${account.email}</bdi>` : undefined,
    action: ref === null ? undefined : removal(page, "identities", ref, what),
  };
}

const removal = (page: Page, kind: "factors" | "identities", ref: string, what: string): Html =>
  html`<form method="post" action="${page.href(`/account/${kind}/remove`)}">${hidden(page, { ref })}<button class="link" aria-label="${named(page.t, "action.remove", what)}">${page.t.text("action.remove")}</button></form>`;

const factorName = ({ t }: Page, type: string) => t.find(`factor.${type}`) ?? type;

const providerName = ({ language }: Page, target: string, name: Named) =>
  name[language] ?? name.en ?? Object.values(name)[0] ?? target;
