/** The export as a page that anybody can open: no script, no picture, nothing is loaded. */
import { html } from "hono/html";
import { catalogue, groupOf, type Storage } from "../../fields/catalogue.ts";
import { isObject } from "../../json.ts";
import type { AccountExport } from "../../me/export/export-account.ts";
import type { Held } from "../../me/export/schema.ts";
import { labelOf } from "../forms/controls.ts";
import { directionOf, type Html, ltr, type MessageKey, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { eventText } from "../views/activity-items.ts";
import { dateAndTime } from "../views/times.ts";
import { plainValue } from "../views/values.ts";

type Cell = Html | string | null | undefined;
/** How the page says when something was, in the person's time zone. */
type When = (time: string | null) => string;

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem}dl{display:grid;grid-template-columns:minmax(8rem,16rem) 1fr;gap:.4rem 1rem}dt{opacity:.75}dd{margin:0;white-space:pre-line;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #8885;overflow-wrap:anywhere}`;

/** Writes the page in pieces. @throws {Refusal} `storage_unavailable`, `data_integrity`. */
export async function* writeReadable(
  page: Pick<Page, "t" | "language" | "settings">,
  { held, entries }: Pick<AccountExport, "held" | "entries">,
): AsyncGenerator<string> {
  const { t, language, settings } = page;
  const zone = isObject(held.profile.profile) ? held.profile.profile.zoneinfo : undefined;
  const when: When = (time) => (time === null ? "" : dateAndTime(t, zone, time));
  const title = t.text("export.fileTitle", { name: settings.name });
  yield `${await html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>`}${style}</style></head><body>`;
  yield `${await html`<h1>${title}</h1><p>${t.text("export.made", { when: when(held.exportedAt) })} ${t.text("export.beside")}</p>
${fieldsOf(t, held, ["logto", "logto.profile"], "nav.profile")}${fieldsOf(t, held, ["vault"], "nav.private")}${fieldsOf(t, held, ["logto.customData"], "nav.preferences")}
${listsOf(t, held, when)}<h2>${t.text("nav.activity")}</h2><div class="wide"><table><thead>${headings(t, activityColumns)}</thead><tbody>`}`;
  const pages = entries();
  for (;;) {
    const { done, value } = await pages.next();
    if (done) break;
    yield `${await html`${value.map((entry) => rowOf([when(entry.at), eventText(t, entry), entry.clientId]))}`}`;
  }
  const reasons = [...new Set(held.withheld.map(({ reason }) => reason))];
  yield `${await html`</tbody></table></div><h2>${t.text("export.withheld")}</h2><ul>${reasons.map((reason) => html`<li>${t.find(`export.because.${reason}`) ?? reason}</li>`)}</ul></body></html>
`}`;
}

const activityColumns = ["export.when", "export.what", "export.application"] as const;

const rowOf = (cells: readonly Cell[]): Html =>
  html`<tr>${cells.map((cell) => html`<td><bdi>${cell ?? nothing}</bdi></td>`)}</tr>`;

const headings = (t: Page["t"], keys: readonly MessageKey[]): Html =>
  html`<tr>${keys.map((key) => html`<th scope="col">${t.text(key)}</th>`)}</tr>`;

function fieldsOf(t: Page["t"], held: Held, storages: readonly Storage[], heading: MessageKey): Html {
  const rows = catalogue
    .filter(({ storage }) => storages.includes(storage))
    .map((field) => {
      const group = groupOf[field.storage];
      const members = group === undefined ? held.profile : held.profile[group];
      const value = isObject(members) ? (members[field.name] ?? null) : null;
      const shown = plainValue(t, field, value) ?? (value === null ? t.text("value.none") : asJson(value));
      return html`<dt>${labelOf(t, field)}</dt><dd>${shown}</dd>`;
    });
  return html`<h2>${t.text(heading)}</h2><dl>${rows}</dl>`;
}

const asJson = (value: unknown): Html => ltr(JSON.stringify(value));

/** What there is several of; a list without rows is left out. */
function listsOf(t: Page["t"], held: Held, when: When): Html[] {
  const list = (heading: MessageKey, columns: readonly MessageKey[], rows: readonly Cell[][]): Html =>
    rows.length === 0
      ? nothing
      : html`<h2>${t.text(heading)}</h2><div class="wide"><table><thead>${headings(t, columns)}</thead><tbody>${rows.map(rowOf)}</tbody></table></div>`;
  const { identities, signIns } = held;
  const began = ["export.when", "export.until", "export.browser", "export.address"] as const;
  return [
    list("export.sessions", began, [
      ...held.sessionsHere.map(({ startedAt, expiresAt, about }) => [
        when(startedAt),
        when(expiresAt),
        [about.browser, about.system].filter(Boolean).map(String).join(", "),
        String(about.address ?? ""),
      ]),
      ...held.sessionsAtSignIn.map((one) => [
        when(one.startedAt),
        when(one.expiresAt),
        one.browser,
        one.address,
      ]),
    ]),
    list(
      "export.signIns",
      ["export.when", "export.result", "export.browser", "export.address"],
      signIns.items.map((one) => [when(one.at), one.error ?? one.result, one.browser, one.address]),
    ),
    list(
      "export.applications",
      ["export.application", "export.when", "export.may"],
      (held.applications ?? []).map((one) => [
        one.applicationName ?? one.application,
        when(one.grantedAt),
        [...one.scopes, ...Object.values(one.resources)].join(" "),
      ]),
    ),
    list(
      "export.linked",
      ["export.what", "export.name"],
      [
        ...identities.social.map(({ provider, email, name, id }) => [provider, email ?? name ?? id]),
        ...identities.enterprise.map(({ issuer, id }) => [issuer, id]),
      ],
    ),
    list(
      "export.factors",
      ["export.what", "export.name", "export.when"],
      held.secondFactors.map(({ type, name, browser, addedAt }) => [type, name ?? browser, when(addedAt)]),
    ),
    list(
      "export.memberships",
      ["export.name", "export.may"],
      [
        ...held.organizations.map(({ name, roles }) => [name, roles.join(", ")]),
        ...held.roles.map(({ name, description }) => [name, description]),
      ],
    ),
    list(
      "export.tokens",
      ["export.name", "export.when", "export.until"],
      (held.personalAccessTokens ?? []).map((one) => [one.name, when(one.createdAt), when(one.expiresAt)]),
    ),
    list(
      "export.former",
      ["export.when", "export.until", "export.what"],
      held.formerValues.map((one) => [when(one.changedAt), when(one.keptUntil), asJson(one.values)]),
    ),
  ];
}
