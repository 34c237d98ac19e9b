/** Everything that a run consists of, at its beginning: the stage, Logto, the database, two instances, the person. */
import type { Scheduler } from "fast-check";
import { issueRecord } from "../../src/verification/step-up.ts";
import { type Instance, startInstance } from "./instance.ts";
import { LogtoStandIn, ownEmail } from "./logto.ts";
import { createLuck, type Luck } from "./luck.ts";
import { createNetwork } from "./network.ts";
import { callerOf, newEmail } from "./requests.ts";
import type { Scenario } from "./scenario.ts";
import type { Shared } from "./shared.ts";
import { Stage } from "./stage.ts";
import { createStorage, type StoredRow } from "./storage.ts";
import { before, type Task, tasksOf } from "./task.ts";
import { beginning } from "./virtual-globals.ts";

export type World = {
  shared: Shared;
  scenario: Scenario;
  stage: Stage;
  logto: LogtoStandIn;
  luck: Luck;
  /** The person's tasks, a list a client. */
  clients: Task[][];
  /** The record that the person holds at the beginning, and what they earn later, in order. */
  grants: { task: string; verificationId: string }[];
  /** Every row that was stored. */
  stored: StoredRow[];
  /** What a change was answered after everything was settled. */
  probe: string;
  /** Instances by their place: one that crashes is replaced. */
  instances: Instance[];
  start(place: number): Instance;
};

export type WorldOptions = {
  scenario: Scenario;
  scheduler: Scheduler;
  shared: Shared;
};

export function createWorld({ scenario, scheduler, shared }: WorldOptions): World {
  const luck = createLuck(scenario.luck);
  const stage = new Stage({ scheduler, luck, stalls: scenario.stalls });
  const { networkTrouble, slowness, clocks } = scenario;
  const [first, second, later, atLogto] = clocks;
  const logto = new LogtoStandIn({
    now: () => beginning + stage.elapsed() + atLogto,
    moment: stage.moment,
    task: () => stage.actor()?.task ?? before,
  });
  const clients = tasksOf(scenario);
  const tasks = new Map(clients.flat().map((task) => [task.id, task]));
  const stored: StoredRow[] = [];
  const network = createNetwork({ stage, logto, luck, networkTrouble, slowness });
  const storage = createStorage({
    ...{ stage, shared, luck, trouble: scenario.storageTrouble },
    onStored: (row) => stored.push(row),
    onDoubt() {
      const task = tasks.get(stage.actor()?.task ?? "");
      if (task) task.isDoubtful = true;
    },
  });
  const instances: Instance[] = [];
  let started = 0;
  const start = (place: number) => {
    const ahead = [first, second][started] ?? later;
    started += 1;
    const instance = startInstance({ stage, network, storage, ahead, name: `i${started}` });
    instances[place] = instance;
    return instance;
  };
  start(0);
  start(1);
  return { shared, scenario, stage, logto, luck, clients, grants: [], probe: "ok", stored, instances, start };
}

/** Gives the person what they have at the beginning: sessions, a step-up record, codes, proofs of new addresses. */
export async function furnish({ stage, logto, clients, grants, instances, scenario }: World): Promise<void> {
  const [instance] = instances;
  if (!instance) return;
  const { services } = instance;
  const { db, platform, vault } = services;
  const caller = callerOf({ id: before });
  const { userId, personHash } = caller;
  logto.signIn({ agoMs: 3_600_000, refusesToEnd: scenario.immortalSession });
  const record = await issueRecord(services, caller, "password", { userId, epoch: 0 });
  if (record) grants.push({ task: before, ...record });
  const expiresAt = platform.now() + 600_000;
  const hashOf = (type: string, value: string) => vault.keyedHash("recipient", `${type}:${value}`);
  const statements = [];
  for (const [to, purpose] of [
    [ownEmail, "step-up"],
    [newEmail, "identifier"],
  ] as const) {
    logto.answer({ method: "POST", path: "/api/verification-codes", body: { email: to } });
    const recipient = await hashOf("email", to);
    const code = { recipient, id: `code-${purpose}`, userId, purpose, sentAt: platform.now(), expiresAt };
    statements.push(db.verificationCodes.replace(code, { person: personHash }));
  }
  for (const { writes } of clients.flat()) {
    for (const [field, type] of [
      ["primaryEmail", "email"],
      ["primaryPhone", "phone"],
    ] as const) {
      const value = writes[field];
      if (value === undefined) continue;
      const recipient = await hashOf(type, value);
      statements.push(db.identifierProofs.save({ userId, recipient, expiresAt }, { person: personHash }));
    }
  }
  await db.batch(statements);
  stage.note("the person is there");
}
