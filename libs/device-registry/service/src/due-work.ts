import { endOfDay } from '@smartkey/calendar';
import { systemActor, type Instant } from '@smartkey/kernel';
import type { DueWork } from '@smartkey/runtime';
import type { AccountHandler } from './account/account-handler.ts';
import type { ContractEnds } from './contract/contract-ends.ts';
import type { ContractKnowledge } from './contract/contract-terms.ts';
import type { AccountDirectory } from './directory/account-directory.ts';

/**
 * What comes due by itself: the ends of contracts, from the dated facts held here, so that an end is in force also when the bus
 * is behind (第6条); and enrolments whose time has run. An end cannot be undone, so before it is acted upon the contract service
 * confirms the day; where it cannot be reached, the work (and with it the watermark) waits.
 */
export class RegistryDueWork implements DueWork {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly ends: ContractEnds,
    private readonly contracts: ContractKnowledge,
    private readonly handler: AccountHandler,
  ) {}

  nextDue(): Promise<Instant | undefined> {
    return this.directory.nextDue();
  }

  /** @throws PeerUnavailableError, DirectoryBehindError */
  async runDue(upTo: Instant): Promise<void> {
    await this.ends.caughtUp();
    const [ended, expired] = [await this.directory.ended(upTo), await this.directory.expiredEnrolments(upTo)];
    const due = [
      ...ended.map(({ contract, endsAt }) => ({ at: endsAt, run: () => this.#end(contract, upTo) })),
      ...expired.map(({ account, enrolment, expiresAt }) => ({
        at: expiresAt,
        run: () => this.#expire(account, enrolment),
      })),
    ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    for (const { run } of due) await run();
    // So that what was done is no longer named as due.
    if (due.length > 0) await this.ends.caughtUp();
  }

  async #end(contract: string, upTo: Instant): Promise<void> {
    const lastDay = (await this.contracts.ask(contract))?.lastDay;
    if (lastDay !== undefined && endOfDay(lastDay) <= upTo) await this.ends.deregisterAll(contract, lastDay);
  }

  async #expire(account: string, enrolment: string): Promise<void> {
    const context = {
      commandId: `enrolment-expired/${enrolment}`,
      actor: systemActor('device-registry'),
      repeatable: true,
    };
    await this.handler.handle(account, context, (now) => ({ type: 'ExpireEnrolment', now, enrolment }));
  }
}
