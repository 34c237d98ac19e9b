/**
 * Every npm script loads this file first. It ends the process with one line if Node is too old or a package is missing, and
 * keeps what Node compiles, so that the next start takes half the time.
 */
import module from "node:module";
import { fileURLToPath } from "node:url";

const required = 24;

const stop = (line) => {
  console.error(line);
  process.exit(1);
};

if (Number.parseInt(process.versions.node, 10) < required) {
  stop(
    `profile-bff needs Node ${required} or newer, and this is Node ${process.versions.node}: install it, or run \`npm install\` with the dev dependencies, which bring it.`,
  );
}

// Where nothing can be written there, Node goes on without.
module.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url)));

module.registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      // A package may look for another one and do without it.
      const isOurs = !context.parentURL?.includes("/node_modules/");
      if (isOurs && error.code === "ERR_MODULE_NOT_FOUND" && /^[@a-z][^:]*$/.test(specifier)) {
        stop(`The package ${specifier} is not installed: run \`npm ci\` first.`);
      }
      throw error;
    }
  },
});
