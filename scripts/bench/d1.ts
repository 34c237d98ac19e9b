/** Stands in for D1 before workerd: the protocol of its binding, on a SQLite file. It counts the round trips. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import Sqlite from "better-sqlite3";
import * as z from "zod";

const [port = "", path = ""] = process.argv.slice(2);
const database = new Sqlite(path);
const state = { roundTrips: 0 };

const query = z.object({
  sql: z.string(),
  params: z.array(z.union([z.string(), z.number(), z.null()])).optional(),
});
const queries = z.union([z.array(query), query.transform((one) => [one])]);

function run({ sql, params = [] }: z.infer<typeof query>, byColumns: boolean) {
  const statement = database.prepare<unknown[], Record<string, unknown>>(sql);
  const done = { columns: [""], rows: [{}], changes: 0 };
  if (statement.reader) {
    done.columns = statement.columns().map(({ name }) => name);
    done.rows = statement.all(...params);
  } else {
    Object.assign(done, { columns: [], rows: [], changes: statement.run(...params).changes });
  }
  const { columns, rows, changes } = done;
  const values = rows.map((row: Record<string, unknown>) => columns.map((name) => row[name]));
  return {
    success: true,
    results: byColumns ? { columns, rows: values } : rows,
    meta: { changes, duration: 0 },
  };
}

async function handle(request: IncomingMessage, response: ServerResponse) {
  const body = Buffer.concat(await request.toArray()).toString();
  const send = (answer: unknown) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  };
  if (request.url === "/bench") return send(state);
  state.roundTrips += 1;
  const byColumns = request.url?.includes("ROWS_AND_COLUMNS") ?? false;
  try {
    const parsed = queries.parse(JSON.parse(body));
    send(database.transaction(() => parsed.map((one) => run(one, byColumns)))());
  } catch (error) {
    send({ success: false, error: error instanceof Error ? error.message : "unknown" });
  }
}

createServer((request, response) => void handle(request, response)).listen(Number(port), "127.0.0.1");
