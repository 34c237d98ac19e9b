/** Loaded into a service by `soak`: each SIGUSR2 moves its clock by twenty seconds, forth and back in turn. */
const ahead = 20_000;
const now = Date.now;
let offset = 0;
Date.now = () => now() + offset;
process.on("SIGUSR2", () => {
  offset = offset === 0 ? ahead : 0;
});
