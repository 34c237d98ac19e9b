/** The log of a process: lines are written together, since a write of its own for each costs more than the line. */

/** How long a line waits at most; in milliseconds. */
const longestWaitMs = 100;
/** Lines are written as soon as they are this long together; in characters. */
const enough = 65_536;

/**
 * @param out such as standard output. Written to once more when the process exits, so that no line is lost.
 * @returns a function that writes one line, which has no line break.
 */
export function createLineWriter(out: { write(text: string): unknown }): (line: string) => void {
  let waiting = "";
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const text = waiting;
    waiting = "";
    if (text !== "") out.write(text);
  };
  process.on("exit", flush);

  return (line) => {
    waiting += `${line}\n`;
    if (waiting.length >= enough) flush();
    else timer ??= setTimeout(flush, longestWaitMs);
  };
}
