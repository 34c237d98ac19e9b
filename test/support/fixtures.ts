/** What the tests of a file share. It is started before the first of them and closed after the last, whatever fails. */
import { aroundAll } from "vitest";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import type { Service } from "../../src/runtime/node/serve.ts";
import { type InstanceOptions, startInstance } from "./instances.ts";
import { type ServiceProcess, startProcess } from "./processes.ts";
import { type ServiceOptions, startService, startTestTenant, type TestService } from "./service.ts";

/**
 * Starts a thing once for the tests of a file, or of the `describe` that calls this.
 * @param start runs before every `beforeAll`; it may read what was shared above it.
 * @param close runs after every `afterAll`, and before what was shared above is closed.
 * @returns the thing, to be read in tests and hooks; anywhere else reading it throws.
 */
export const useShared = <T extends object>(start: Start<T>, close: Close<T> = () => {}): T =>
  forwardTo(startOnce(start, close));

/**
 * The service with a tenant of its own. Its clock stands still until a test moves it.
 * @param options as a function where they need what was shared above.
 * @returns it; `service.as("alice")` alone may be called before the tests, for a name that they all use.
 */
export function useService(options: ServiceOptions | (() => ServiceOptions) = {}): TestService {
  const started = startOnce(
    () => startService(typeof options === "function" ? options() : options),
    (service) => service.close(),
  );
  return forwardTo(started, {
    as:
      (...person) =>
      (...request) =>
        started().as(...person)(...request),
  });
}

/** A tenant alone. */
export const useTenant = (): Tenant => useShared(startTestTenant, (tenant) => tenant.close());

/** A further instance of a service, in this process, on the service's own database and clock. */
export const useInstance = (service: TestService, options?: InstanceOptions): Service =>
  useShared(
    () => startInstance(service, options),
    (instance) => instance.close(),
  );

/** An instance as a process of its own, on the machine's clock. */
export const useProcess = (environment: () => Record<string, string>): ServiceProcess =>
  useShared(
    () => startProcess(environment()),
    (process) => process.stop(),
  );

type Start<T> = () => T | Promise<T>;
type Close<T> = (started: T) => unknown;

function startOnce<T extends object>(start: Start<T>, close: Close<T>): () => T {
  let started: T | undefined;
  aroundAll(async (runTests) => {
    const opened = await start();
    started = opened;
    try {
      await runTests();
    } finally {
      await close(opened);
    }
  });
  return () => {
    if (!started) throw new Error("It is not started yet: read it in a test or a hook.");
    return started;
  };
}

/** Stands for a thing that is not there yet. @param early members that are. */
function forwardTo<T extends object>(target: () => T, early: Partial<T> = {}): T {
  const nothing: T = Object.create(null);
  return new Proxy(nothing, {
    get(_nothing, name) {
      if (Reflect.has(early, name)) return Reflect.get(early, name);
      const value: unknown = Reflect.get(target(), name);
      return typeof value === "function" ? value.bind(target()) : value;
    },
    set: (_nothing, name, value) => Reflect.set(target(), name, value),
    has: (_nothing, name) => Reflect.has(target(), name),
    ownKeys: () => Reflect.ownKeys(target()),
    getOwnPropertyDescriptor: (_nothing, name) => Reflect.getOwnPropertyDescriptor(target(), name),
  });
}
