/** Ends the process with one line if Node is too old. Every npm script loads this file first. */
const required = 24;
if (Number.parseInt(process.versions.node, 10) < required) {
  console.error(
    `profile-bff needs Node ${required} or newer, and this is Node ${process.versions.node}: install it, or run \`npm install\` with the dev dependencies, which bring it.`,
  );
  process.exit(1);
}
