/** Ends the process in one plain line where Node is too old for this project; loaded before anything else. */
const required = 24;
if (Number.parseInt(process.versions.node, 10) < required) {
  console.error(
    `profile-bff needs Node ${required} or newer, and this is Node ${process.versions.node}: install it, or run \`npm install\` with the dev dependencies, which bring it.`,
  );
  process.exit(1);
}
