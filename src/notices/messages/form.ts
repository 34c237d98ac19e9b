/** What every catalogue of notices holds. */
import type { NoticeKind, NoticeParams } from "../kinds.ts";

/** What the text of a kind may show, in words. `host` is where the account is. */
export type Words<Kind extends NoticeKind = NoticeKind> = Readonly<
  Record<"host" | keyof NoticeParams<Kind>, string>
>;

export type NoticeMessages = {
  readonly kinds: {
    readonly [Kind in NoticeKind]: { readonly subject: string; text(words: Words<Kind>): string };
  };
  /** When it happened. */
  when(time: string): string;
  /** For somebody who did not do this. */
  readonly notYou: string;
  /** `link` takes the change back. */
  undo(link: string): string;
  /** `link` is the account page. */
  account(link: string): string;
  /** Stands for a browser or a system whose name nobody knows. */
  readonly unknown: string;
};
