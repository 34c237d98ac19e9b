/** Plays one run: the clients ask, instances crash, time jumps; then all is settled, as it must be within a minute. */

import { inBackground } from "../../src/compose.ts";
import { recover } from "../../src/journal/recover.ts";
import { resumeRevocations } from "../../src/logto/revoke-sessions.ts";
import { updateProfile } from "../../src/me/profile/update-profile.ts";
import { Refusal } from "../../src/problem.ts";
import type { Services } from "../../src/services.ts";
import type { Instance } from "./instance.ts";
import { callerOf, perform } from "./requests.ts";
import type { Task } from "./task.ts";
import { installVirtualGlobals } from "./virtual-globals.ts";
import { createWorld, furnish, type World, type WorldOptions } from "./world.ts";

/** A lease lives for 30 s, on clocks that differ. */
const shortestLeaseMs = 25_000;

/** @param judge looks at the world after all is settled. */
export async function play<T>(options: WorldOptions, judge: (world: World) => T): Promise<T> {
  options.shared.empty();
  const world = createWorld(options);
  const { stage, scenario, luck } = world;
  const restore = installVirtualGlobals(stage, luck);
  try {
    await stage.smoothly(() => furnish(world));
    for (const client of world.clients.keys()) void proceed(world, client);
    for (const { at, after } of scenario.crashes) void stage.after(after).then(() => crash(world, at));
    for (const { ms, after } of scenario.jumps) void stage.after(after).then(() => jump(world, ms));
    for (const { at, ms, after } of scenario.pauses) pauseLater(world, at, ms, after);
    await stage.play();
    return await stage.smoothly(async () => {
      await settle(world);
      return judge(world);
    });
  } finally {
    restore();
  }
}

/** A client asks for the next of its tasks, of an instance that lives. */
async function proceed(world: World, client: number): Promise<void> {
  const { stage, scenario, clients, instances, grants } = world;
  const index = clients[client]?.findIndex(({ outcome }) => outcome === "waiting") ?? -1;
  const task = clients[client]?.[index];
  const { at = 0, later = 0 } = scenario.clients[client]?.[index] ?? {};
  if (task && later > 0) await stage.wait(later);
  const instance = instances[at];
  if (!task || !instance) return;
  task.instance = instance.name;
  task.outcome = "running";
  task.startedAt = stage.moment();
  task.startedMs = stage.elapsed();
  if ("grant" in task.step) task.grant = task.step.grant === "oldest" ? grants[0] : grants.at(-1);
  const actor = { instance, task: task.id };
  void stage.as(actor, async () => {
    await stage.turn(`asks: ${task.step.do} ${JSON.stringify(task.writes)}`);
    await stage.whileAwake();
    await attempt(world, task, instance);
    end(world, task);
    void proceed(world, client);
  });
}

async function attempt({ logto, grants }: World, task: Task, { services, reader }: Instance): Promise<void> {
  try {
    await perform({ services, reader, logto, task });
    task.outcome = "ok";
    if (task.earned) grants.push({ task: task.id, verificationId: task.earned.verificationId });
  } catch (error) {
    if (error instanceof Refusal) {
      task.outcome = error.code === "outcome_unknown" ? "unknown" : "refused";
      task.code = error.code;
    } else {
      task.outcome = "bug";
      task.code = error instanceof Error ? `${error.stack}` : String(error);
    }
  }
}

function end({ stage }: World, task: Task) {
  task.endedAt = stage.moment();
  task.endedMs = stage.elapsed();
  // Others may have taken it for dead, and finished what it had begun.
  if (task.endedMs - task.startedMs > shortestLeaseMs) task.isDoubtful = true;
  stage.note(`${task.outcome} ${task.code}`);
}

/** An instance is gone, and another one takes its place and looks after what was left. */
function crash(world: World, place: number): void {
  const { stage, clients, instances } = world;
  const victim = instances[place];
  if (!victim) return;
  stage.note(`${victim.name} crashes`);
  victim.alive = false;
  const { services, name } = world.start(place);
  const instance = instances[place];
  const background = inBackground(services);
  for (const [client, tasks] of clients.entries()) {
    const task = tasks.find(({ outcome, instance }) => outcome === "running" && instance === victim.name);
    if (!task) continue;
    task.outcome = "crashed";
    end(world, task);
    void proceed(world, client);
  }
  if (!instance) return;
  const jobs = async () => {
    await stage.turn("starts");
    await recover(background);
    await resumeRevocations(background);
  };
  void stage.as({ instance, task: `${name} start` }, () => jobs().catch(() => undefined));
}

function jump({ stage }: World, milliseconds: number): void {
  stage.note(`${milliseconds / 1000} s go by`);
  stage.pass(milliseconds);
}

/** An instance that crashes before, or that hears fewer answers, does not stand still. */
function pauseLater({ stage, instances }: World, place: number, milliseconds: number, after: number): void {
  const instance = instances[place];
  if (!instance) return;
  stage.atAnswer(instance, after, () => {
    stage.note(`stands still for ${milliseconds / 1000} s`);
    const { promise, resolve } = Promise.withResolvers<void>();
    instance.standstill = promise;
    void stage.wait(milliseconds).then(() => {
      instance.standstill = undefined;
      resolve();
    });
  });
}

/** The jobs of one more instance, after every lease has expired and every retry is due, until nothing is left. */
async function settle(world: World): Promise<void> {
  // Without a lease that somebody left, and nothing to settle, nothing stands in the way of the next write.
  if (!isUnsettled(world)) return;
  const { services } = world.start(2);
  const background = inBackground(services);
  for (let rounds = 0; rounds < 2 && isUnsettled(world); rounds++) {
    world.stage.pass(40_000);
    await inTheEnd(world, "recovery", () => recover(background));
    world.stage.pass(21_000);
    await inTheEnd(world, "revocation", () => resumeRevocations(background));
  }
  world.probe = await inTheEnd(world, "probe", () => probe(world, services));
}

/** The person writes on, whatever has happened. */
async function probe({ logto }: World, services: Services): Promise<string> {
  if (!logto.user) return "ok";
  const change = { patch: { avatar: "https://example.test/a.png" } };
  const answer = updateProfile(services, callerOf({ id: "probe" }), change).then(() => "ok");
  return answer.catch((error) => (error instanceof Refusal ? error.code : String(error)));
}

const whatIsLeft =
  "select user_id from journal union select user_id from revocations union select user_id from leases";

function isUnsettled({ shared }: World): boolean {
  const [left] = shared.run([{ sql: whatIsLeft, parameters: [] }]);
  return (left?.rows.length ?? 0) > 0;
}

/** Runs work of the last instance to its end. @throws {Error} if it has none. */
async function inTheEnd<T>({ stage, instances }: World, task: string, work: () => Promise<T>): Promise<T> {
  const instance = instances[2];
  if (!instance) throw new Error("There is no last instance.");
  let ended = false;
  const running = stage.as({ instance, task }, work).finally(() => {
    ended = true;
  });
  running.catch(() => undefined);
  await stage.play();
  if (!ended) throw new Error(`${task} does not end`);
  return running;
}
