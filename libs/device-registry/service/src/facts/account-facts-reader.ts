import { NOBODY, type AccountId } from '@smartkey/kernel';
import type { EventStore } from '@smartkey/event-store';
import { foldAccountFacts, noAccountFacts, type AccountFacts } from '@smartkey/facts';
import { toldOf } from '../log/publish.ts';
import { accountStream } from '../log/stored-events.ts';

/** An account as its published messages tell it, straight from the log. */
export class AccountFactsReader {
  constructor(private readonly store: EventStore) {}

  /**
   * The facts, where they are newer than a revision that the caller knows already (-1: nothing). That there is nothing newer
   * and that there is no such account are one answer, and cost the same: one look at the end of a stream.
   */
  async readAfter(account: AccountId | undefined, known: number): Promise<AccountFacts | undefined> {
    const [last] = await this.store.readStream(accountStream(account ?? NOBODY), {
      direction: 'backwards',
      limit: 1,
    });
    const isNewer = last !== undefined && last.revision > known;
    return isNewer && account !== undefined ? this.read(account) : undefined;
  }

  /** `undefined` where it was never registered. */
  async read(account: AccountId): Promise<AccountFacts | undefined> {
    const events = await this.store.readStream(accountStream(account));
    if (events.length === 0) return undefined;
    return events.map(toldOf).reduce(foldAccountFacts, noAccountFacts(account));
  }
}
