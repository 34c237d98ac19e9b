import type { MutatedFolder } from "../mutant.ts";

const idempotency = "src/http/idempotency.ts";

const ofRepeats = ["test/http/idempotent-answers", "test/threats/idempotency"];

export const http: MutatedFolder = {
  folder: "src/http",
  tests: ofRepeats,
  mutants: [
    {
      file: idempotency,
      find: "z.literal([200, 202, 204, 400, 404, 409, 412, 422])",
      replace: "z.literal([200, 202, 204, 400, 403, 404, 409, 412, 422])",
      wrong: "a 403 is kept for its key",
    },
    {
      file: idempotency,
      find: "    if (!(error instanceof Refusal)) throw error;\n",
      replace: "    throw error;\n",
      wrong: "a change that was made is answered with an error because its answer cannot be stored",
    },
    {
      file: idempotency,
      find: "lockMs: 60_000",
      replace: "lockMs: 1_000",
      wrong: "a run counts as lost after a second",
    },
    {
      file: idempotency,
      find: "ttlMs: 24 * 60 * 60 * 1000",
      replace: "ttlMs: 60 * 60 * 1000",
      wrong: "an answer is kept for an hour",
    },
    {
      file: idempotency,
      find: "    else await services.db.idempotency.release(request).execute();\n",
      replace: "",
      wrong: "a failure that may pass holds its key",
    },
    {
      file: idempotency,
      find: '    await services.logto.snapshots.get(c.get("caller").userId);\n',
      replace: "",
      wrong: "a suspended person gets a stored answer",
    },
    {
      file: idempotency,
      find: "const parts = [c.req.method, c.req.path, boundTo, ...values, await c.req.text()];",
      replace: "const parts = [c.req.method, boundTo, ...values, await c.req.text()];",
      wrong: "the same body at another path is the same request",
    },
    {
      file: idempotency,
      find: "boundTo, ...values,",
      replace: "...values,",
      wrong: "another client gets a stored answer",
    },
    {
      file: idempotency,
      find: 'if (!idempotencyKey.form.test(key)) throw new Refusal("bad_request");',
      replace: "",
      wrong: "a key may have any form",
      tests: ["test/http/answers", "test/threats/idempotency", "test/http/idempotent-answers"],
    },
    {
      file: idempotency,
      find: '    if (outcome.kind === "conflict") throw new Refusal("idempotency_conflict");\n',
      replace: "",
      wrong: "another body waits for the first one's answer",
    },
  ],
};
