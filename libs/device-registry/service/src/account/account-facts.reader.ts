import { accountStream } from '@smartkey/device-registry-domain';
import type { EventStore } from '@smartkey/event-store';
import { foldAccountFacts, noAccountFacts, type AccountFacts } from '@smartkey/messages';
import { publish } from '../publish.ts';

/** An account as its published messages tell it, straight from the log. */
export class AccountFactsReader {
  constructor(private readonly store: EventStore) {}

  /** `undefined` where it was never registered. */
  async read(account: string): Promise<AccountFacts | undefined> {
    const events = await this.store.readStream(accountStream(account));
    if (events.length === 0) return undefined;
    return events.reduce((facts, event) => {
      const { type, contract, data } = publish(event);
      return foldAccountFacts(facts, { type, revision: event.revision, contract: contract!, data });
    }, noAccountFacts(account));
  }
}
