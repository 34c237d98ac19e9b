/** A body that is written while it is read. */

/**
 * @param pieces is asked for the next piece when the client has taken the last; it is ended where the client goes away.
 * @param onFailure is called before the connection breaks, where a piece could not be made. A client that counts what it
 * gets, or that parses it, finds out.
 */
export function streamOf(
  pieces: AsyncGenerator<string | Uint8Array<ArrayBuffer>>,
  onFailure: (error: unknown) => Promise<void>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
      } catch (error) {
        await onFailure(error);
        // The server prints what it gets here, so nothing of the error goes along.
        throw new Error("The body breaks off here.");
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
