/** A notice of the service beside this tenant. */
export type NoticeMessage = {
  id: string;
  kind: string;
  to: { email: string | null; phone: string | null };
  language: string;
  subject: string;
  text: string;
  link: string | null;
  at: string;
};

/** What is kept of them. */
const mostKept = 1_000;

/** The notices, by the addresses that they went to; one that comes twice is there once. */
export class Mailbox {
  readonly #notices = new Map<string, NoticeMessage>();

  deliver(notice: NoticeMessage): void {
    this.#notices.set(notice.id, notice);
    const [oldest] = this.#notices.keys();
    if (this.#notices.size > mostKept && oldest !== undefined) this.#notices.delete(oldest);
  }

  /** @returns those to an address, the oldest first. */
  noticesTo(address: string): NoticeMessage[] {
    return [...this.#notices.values()].filter(({ to }) => to.email === address || to.phone === address);
  }
}
