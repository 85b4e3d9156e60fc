import { endOfDay, type JstDay } from '@smartkey/calendar';
import type { EventStore } from '@smartkey/event-store';
import { laterOf, systemActor } from '@smartkey/kernel';
import type { Logger } from 'pino';
import type { AccountHandler } from '../account/account-handler.ts';
import { endCommandId } from '../account/accounts.ts';
import type { AccountDirectory } from '../directory/account-directory.ts';

/** IDs deregistered together. */
const BATCH = 200;
/** How long the directory may take to catch up before the work is put off, in milliseconds. */
const PATIENCE = 30_000;

/** The directory is behind: nothing was decided, the same work comes again. */
export class DirectoryBehindError extends Error {
  override readonly name = 'DirectoryBehindError';
}

/** 第6条: at the end of a contract's last day the registry itself deregisters every ID of it, as of that day. */
export class ContractEnds {
  constructor(
    private readonly handler: AccountHandler,
    private readonly directory: AccountDirectory,
    private readonly store: EventStore,
    private readonly log: Logger,
  ) {}

  /**
   * Deregisters every ID of the contract that is still registered. Idempotent: event ids derive from account and spell.
   * @throws DirectoryBehindError
   */
  async deregisterAll(contract: string, lastDay: JstDay, causationId?: string): Promise<void> {
    await this.caughtUp();
    let ended = 0;
    for (let after = ''; ;) {
      const rows = await this.directory.registeredIn(contract, after, BATCH);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.account;
      const results = await this.handler.handleMany(
        rows.map(({ account, facts }) => ({
          id: account,
          context: {
            commandId: endCommandId(account, facts.spells.at(-1)!.spell),
            actor: systemActor('device-registry'),
            repeatable: true,
            ...(causationId === undefined ? {} : { causationId }),
          },
          // The contract's own word that it has ended counts, should this machine's clock be a little behind.
          command: (now) => ({ type: 'EndWithContract', now: laterOf(now, endOfDay(lastDay)), lastDay }),
        })),
      );
      for (const result of results) {
        if (!result.ok)
          throw new Error(`an ID cannot be deregistered with its contract: ${result.error.code}`);
        ended += result.value.events.length > 0 && !result.value.repeated ? 1 : 0;
      }
    }
    if (ended > 0)
      this.log.info({ contract, lastDay, ids: ended }, 'deregistered the IDs of an ended contract');
  }

  /** Waits until the directory knows everything that is in the log now. @throws DirectoryBehindError */
  async caughtUp(): Promise<void> {
    const settled = await this.store.settledPosition();
    if (!(await this.directory.reader.reached('device-registry', settled, PATIENCE)))
      throw new DirectoryBehindError('the account directory is behind its own log');
  }
}
