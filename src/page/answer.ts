/** What a page answers: a document, or where to go on. */
import type { Frame } from "./parts/layout.ts";

export type Answer =
  | {
      kind: "document";
      frame: Frame;
      status: 200 | 401 | 403 | 404 | 409 | 410 | 422 | 429 | 500 | 503;
      headers: Record<string, string>;
    }
  | {
      kind: "redirect";
      /** A path of this service, without the prefix. */
      to: string;
    };

/** A file to keep, which is sent while it is written. */
type FileAnswer = { kind: "file"; name: string; type: string; body: ReadableStream<Uint8Array<ArrayBuffer>> };

/** What a form leads to. */
export type Outcome = Answer | FileAnswer;

type Status = Extract<Answer, { kind: "document" }>["status"];

export const show = (frame: Frame, status: Status = 200, headers: Record<string, string> = {}): Answer => ({
  kind: "document",
  frame,
  status,
  headers,
});

export const goTo = (to: string): Answer => ({ kind: "redirect", to });
