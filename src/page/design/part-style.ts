/** The style sheet, second part: cards, forms, notices, and what differs in print and with forced colours. */
export const partStyle = `
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 0.875rem; overflow: clip; }
.card-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.125rem 0.625rem; padding: 0.875rem 1.25rem; border-block-end: 1px solid var(--line); }
.card-head p { color: var(--muted); font-size: var(--small); }
.row { display: grid; grid-template-columns: minmax(0, 11rem) minmax(0, 1fr) auto; column-gap: 1rem; align-items: center; padding: 0.375rem 1.25rem; min-block-size: 3.5rem; }
.row + .row, .card-foot { border-block-start: 1px solid var(--line); }
.row dt { color: var(--muted); font-size: var(--label); hyphens: auto; }
.row .value { grid-column: 2; white-space: pre-line; padding-block: 0.5rem; }
.row .value.none { color: var(--muted); }
.row .note { display: block; color: var(--muted); font-size: var(--small); }
.row .action { grid-column: 3; grid-row: 1; display: flex; gap: 1rem; margin-inline-end: -0.5rem; }
.portrait { inline-size: 6rem; block-size: 6rem; border-radius: 50%; object-fit: cover; display: block; }
.row .portrait { inline-size: 3rem; block-size: 3rem; }
.portrait-now { display: flex; align-items: center; gap: 1rem; margin-block-end: 1.5rem; }
img.face { object-fit: cover; }
.masked { font-variant-numeric: tabular-nums; letter-spacing: 0.08em; }
.link { display: inline-flex; align-items: center; gap: 0.375rem; min-block-size: 2.75rem; padding-inline: 0.5rem; border: 0; border-radius: 0.375rem; background: none; color: var(--accent); font-size: var(--label); font-weight: 650; text-decoration: none; cursor: pointer; white-space: nowrap; }
.link:hover { text-decoration: underline; text-underline-offset: 0.2em; }
.link.quiet { color: var(--muted); font-weight: 500; }
.link.start { margin-inline-start: -0.5rem; justify-self: start; }
.card-foot { padding-inline: 0.75rem; }
.tag { display: inline-block; padding: 0.0625rem 0.5rem; border-radius: 1rem; background: var(--good-wash); color: var(--good); font-size: 0.75rem; font-weight: 650; vertical-align: 0.0625rem; }
.events .event { display: grid; grid-template-columns: 0.5rem minmax(0, 1fr) auto; gap: 0.125rem 0.875rem; padding: 0.75rem 1.25rem; align-items: baseline; }
.event + .event { border-block-start: 1px solid var(--line); }
.dot { inline-size: 0.5rem; block-size: 0.5rem; border-radius: 50%; background: var(--edge); align-self: center; grid-row: 1; }
.event.change .dot { background: var(--accent); }
.event.alarm .dot { background: var(--bad); }
.event time { justify-self: end; color: var(--muted); font-size: var(--small); white-space: nowrap; }
.event .note { grid-column: 2; color: var(--muted); font-size: var(--small); }
.event:not(:has(form)) .note { grid-column: 2 / -1; }
.event form { grid-column: 3; justify-self: end; margin-inline-end: -0.5rem; margin-block: -0.5rem; }

.notice { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0.75rem; align-items: center; padding: 0.25rem 1rem; min-block-size: 3.25rem; border-radius: var(--radius); background: var(--good-wash); color: var(--good); }
.notice.warn { background: var(--warn-wash); color: var(--warn); }
.notice p { padding-block: 0.5rem; }
.notice .link { color: inherit; text-decoration: underline; text-underline-offset: 0.2em; }
@media (width < 40rem) {
  .notice:has(> .button), .notice.banner { grid-template-columns: auto minmax(0, 1fr); padding-block: 0.5rem 1rem; row-gap: 0; }
  .notice > .button, .notice.banner > form { grid-column: 2; justify-self: start; }
  .notice.banner { padding-block-end: 0.25rem; }
  .notice.banner .link { margin-inline-start: -0.5rem; }
}
.summary { border: 1.5px solid var(--bad); margin-block-end: 1rem; border-radius: var(--radius); background: var(--bad-wash); color: var(--bad); padding: 1rem 1.25rem; display: grid; gap: 0.375rem; }
.summary h2 { font-size: var(--large); }
.summary a { color: inherit; font-weight: 600; display: inline-block; padding-block: 0.125rem; }
.summary:focus { outline: 2px solid transparent; box-shadow: 0 0 0 3px color-mix(in srgb, var(--bad) 30%, transparent); }

.form { display: grid; gap: 1.5rem; max-inline-size: 28rem; }
.plain .form { max-inline-size: none; }
.form > fieldset, .group { display: grid; gap: 1.25rem; }
.form > fieldset + fieldset { border-block-start: 1px solid var(--line); padding-block-start: 1.5rem; }
legend { font-weight: 650; padding-block-end: 0.25rem; float: inline-start; inline-size: 100%; }
legend + * { clear: both; }
.field { display: grid; gap: 0.375rem; min-inline-size: 0; align-content: start; }
.field > label, .field > legend, .field .label { font-size: var(--label); font-weight: 600; padding: 0; }
.hint { color: var(--muted); font-size: var(--label); }
.fault { color: var(--bad); font-size: var(--label); font-weight: 600; }
.field.bad { border-inline-start: 3px solid var(--bad); padding-inline-start: 0.875rem; }
.input { inline-size: 100%; min-block-size: 2.75rem; padding: 0.5rem 0.75rem; background: var(--raised); border: 1px solid var(--edge); border-radius: var(--radius); }
.input:hover { border-color: var(--ink); }
.input:focus { outline: 2px solid transparent; border-color: var(--accent); box-shadow: var(--ring); }
.bad .input { border-color: var(--bad); }
textarea.input { min-block-size: 5.5rem; resize: vertical; }
select.input { appearance: none; padding-inline-end: 2.5rem; background-image: linear-gradient(45deg, transparent 50%, var(--muted) 50%), linear-gradient(-45deg, transparent 50%, var(--muted) 50%); background-size: 0.3125rem 0.3125rem; background-repeat: no-repeat; background-position: right 1.125rem center, right 0.8125rem center; }
select.input:dir(rtl) { background-position: left 0.8125rem center, left 1.125rem center; }
.input[dir="ltr"]:dir(ltr) { text-align: start; }
.short { max-inline-size: 9rem; } .medium { max-inline-size: 16rem; }
.code { max-inline-size: 12rem; font-size: 1.375rem; letter-spacing: 0.3em; font-variant-numeric: tabular-nums; }
.days { display: flex; gap: 0.75rem; }
.days > div { display: grid; gap: 0.25rem; }
.days label { font-size: var(--small); font-weight: 500; }
.days .input { inline-size: 4.5rem; } .days .year { inline-size: 6.25rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr)); gap: 1.25rem 0.75rem; align-items: end; }
.with-action { display: flex; gap: 0.75rem; flex-wrap: wrap; } .with-action > .input { flex: 1 1 9rem; inline-size: auto; min-inline-size: 0; }
.check { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 0.75rem; align-items: center; min-block-size: 2.75rem; }
.check .hint { grid-column: 2; }
input[type="checkbox"], input[type="radio"] { inline-size: 1.25rem; block-size: 1.25rem; margin: 0; accent-color: var(--accent-fill); }
.buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; }
.button { display: inline-flex; align-items: center; justify-content: center; gap: 0.5rem; min-block-size: 2.75rem; padding: 0.5rem 1.25rem; border: 1px solid var(--edge); border-radius: var(--radius); background: var(--surface); color: var(--ink); font-weight: 650; text-decoration: none; cursor: pointer; }
.button:hover { border-color: var(--ink); }
.button.primary { background: var(--accent-fill); border-color: transparent; color: var(--on-accent); }
.button.primary:hover { background: color-mix(in srgb, var(--accent-fill) 88%, black); }
.button.danger { background: light-dark(#b3261e, #c5372d); border-color: transparent; color: #fff; }
.button.wide { inline-size: 100%; }
.button:active { translate: 0 1px; }
.button[aria-disabled="true"] { opacity: 0.65; }
.options { display: grid; gap: 0.75rem; }
.option { border: 1px solid var(--edge); border-radius: var(--radius); background: var(--surface); }
.option > label { display: grid; grid-template-columns: auto minmax(0, 1fr); column-gap: 0.875rem; align-items: center; padding: 0.75rem 1rem; cursor: pointer; }
.option > label > input { grid-row: 1 / span 2; }
.option > label strong { font-weight: 650; font-size: 0.9375rem; }
.option > label span { grid-column: 2; color: var(--muted); font-size: var(--label); }
.option:hover { border-color: var(--ink); }
.option:has(input[type="radio"]:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.option:has(input[type="radio"]:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }
.option input[type="radio"]:focus-visible { outline: none; }
.option .field { padding: 0 1rem 1rem; }
.option:not(:has(input[type="radio"]:checked)) .field { display: none; }
.choice { display: grid; gap: 0.5rem; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); gap: 0.75rem; }
.rules { display: grid; gap: 0.25rem; font-size: var(--label); color: var(--muted); }
.rules.inside { padding: 1rem 1.25rem; font-size: inherit; }
.rules .good { color: var(--good); } .rules .wrong { color: var(--bad); }
.countdown { color: var(--muted); font-size: var(--label); }

@media (max-width: 40rem) {
  .row { grid-template-columns: minmax(0, 1fr) auto; padding-inline: 1rem; padding-block: 0.5rem; }
  .row dt { font-size: var(--small); } .row .value { grid-column: 1; padding-block: 0; }
  .row .action { grid-column: 2; grid-row: 1 / span 2; }
  .card-head, .events .event { padding-inline: 1rem; }
  .buttons .button, .buttons form { flex: 1 1 auto; }
  .buttons form .button { inline-size: 100%; }
}
@media (prefers-reduced-motion: no-preference) {
  .link, .button, .input, .option, .sections a { transition: background-color 120ms, border-color 120ms, box-shadow 120ms; }
}
@media (prefers-contrast: more) { :root { --muted: var(--ink); --line: var(--edge); } }
@media (forced-colors: active) {
  .sections [aria-current], .tag, .notice, .face, .mark { border: 1px solid; }
  .button.primary { border-color: ButtonText; }
  .option:has(input[type="radio"]:checked) { border-width: 3px; border-color: Highlight; }
  .input:focus { outline-color: Highlight; }
  .dot { background: CanvasText; forced-color-adjust: none; }
  select.input { appearance: auto; background-image: none; }
}
@media print {
  :root { color-scheme: light; }
  body { background: #fff; }
  .top, .sections, .foot, .row .action, .buttons, .skip, .back, .notice form, .event form, .card-foot { display: none; }
  .frame { display: block; padding: 0; max-inline-size: none; }
  .card { break-inside: avoid; border-color: #999; }
}
`;
