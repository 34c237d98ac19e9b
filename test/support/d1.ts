/** A real D1 database, in workerd, behind a Worker that runs a batch for each request. */
import { createRequire } from "node:module";
import * as z from "zod";
import type { D1Binding } from "../../db/d1.ts";
import { d1Migrations } from "../../dev/d1-migrations.ts";

type Miniflare = { ready: Promise<URL>; dispose(): Promise<void> };
type MiniflareModule = {
  Miniflare: new (options: unknown) => Miniflare;
  convertV4MiniflareOptions(options: object): unknown;
};

/** Wrangler's own proxy of a binding takes several requests for a statement, and most of a contract's processor time. */
const worker = `export default {
  async fetch(request, { DB }) {
    const statements = await request.json();
    try {
      return Response.json(await DB.batch(statements.map(({ sql, values }) => DB.prepare(sql).bind(...values))));
    } catch (error) {
      return new Response(error.message, { status: 500 });
    }
  },
};`;

const outcomes = z.array(
  z.object({ results: z.array(z.unknown()), meta: z.object({ changes: z.number() }) }),
);

/** Starts workerd with an empty database, and applies the migrations as wrangler does. */
export async function startD1(): Promise<{ binding: D1Binding; stop: () => Promise<void> }> {
  // The one that wrangler brings: it is not installed beside it.
  const { resolve } = createRequire(import.meta.url);
  const module: MiniflareModule = createRequire(resolve("wrangler"))("miniflare");
  const { Miniflare, convertV4MiniflareOptions } = module;
  const options = {
    modules: true,
    script: worker,
    compatibilityDate: "2026-10-01",
    d1Databases: { DB: "d1" },
  };
  const miniflare = new Miniflare(convertV4MiniflareOptions(options));
  const binding = bindingThrough(await miniflare.ready);
  await applyMigrations(binding);
  return { binding, stop: () => miniflare.dispose() };
}

/** Applies all migrations to an empty database. */
export async function applyMigrations(binding: D1Binding): Promise<void> {
  await binding.batch(d1Migrations().map((sql) => binding.prepare(sql)));
}

type Prepared = ReturnType<D1Binding["prepare"]> & { toJSON(): unknown };

function bindingThrough(url: URL): D1Binding {
  const statement = (sql: string, values: unknown[]): Prepared => ({
    bind(...bound) {
      // D1 refuses it. In JSON it would become null.
      if (bound.includes(undefined)) throw new Error("D1_TYPE_ERROR: Type 'undefined' not supported");
      return statement(sql, bound);
    },
    toJSON: () => ({ sql, values }),
  });
  return {
    prepare: (sql) => statement(sql, []),
    async batch(statements) {
      const response = await fetch(url, { method: "POST", body: JSON.stringify(statements) });
      if (!response.ok) throw new Error(await response.text());
      return outcomes.parse(await response.json());
    },
  };
}
