/** Notices go out as soon as they are committed. What cannot be sent then, the background job sends. */
import { NoticeInsert } from "../../db/notices.ts";
import type { Db } from "../../db/repositories.ts";
import { type DeliveryServices, deliverNotice } from "./deliver-notices.ts";

/** Beyond that, a receiver that is slow or away gets no more from here than from the background job. */
const mostAtOnce = 20;

/** @returns the database, after whose batches the notices that they have stored are sent. */
export function sendAfterCommit(services: DeliveryServices & { db: Db }): Db {
  const { db, platform } = services;
  let running = 0;
  const deliver = async (id: string) => {
    running += 1;
    await deliverNotice(services, id).finally(() => {
      running -= 1;
    });
  };
  return {
    ...db,
    async batch(statements) {
      const results = await db.batch(statements);
      for (const [index, statement] of statements.entries()) {
        const isStored = statement instanceof NoticeInsert && results[index]?.affected === 1;
        if (isStored && running < mostAtOnce) platform.defer(deliver(statement.id));
      }
      return results;
    },
  };
}
