import { systemActor, type Instant, type AccountId, type EnrolmentId } from '@smartkey/kernel';
import type { DueWork } from '@smartkey/runtime';
import type { ContractEnds } from '../contract-ends/contract-ends.ts';
import type { AccountDirectory } from '../directory/account-directory.ts';
import type { AccountHandler } from '../log/account-handler.ts';

/**
 * What comes due by itself: the ends of contracts, from the dated facts held here, so that an end is in force also when the bus
 * is behind (第6条); and enrolments whose time has run. Where the contract service cannot be reached to confirm an end, the work
 * (and with it the watermark) waits.
 */
export class RegistryDueWork implements DueWork {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly ends: ContractEnds,
    private readonly handler: AccountHandler,
  ) {}

  nextDue(): Promise<Instant | undefined> {
    return this.directory.nextDue();
  }

  /** @throws PeerUnavailableError, DirectoryBehindError */
  async runDue(upTo: Instant): Promise<void> {
    await this.directory.caughtUp();
    const [ended, expired] = [await this.directory.ended(upTo), await this.directory.expiredEnrolments(upTo)];
    const due = [
      ...ended.map(({ contract, endsAt }) => ({
        at: endsAt,
        run: () => this.ends.deregisterAllIfEnded(contract, upTo),
      })),
      ...expired.map(({ account, enrolment, expiresAt }) => ({
        at: expiresAt,
        run: () => this.#expire(account, enrolment),
      })),
    ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    for (const { run } of due) await run();
    // So that what was done is no longer named as due.
    if (due.length > 0) await this.directory.caughtUp();
  }

  async #expire(account: AccountId, enrolment: EnrolmentId): Promise<void> {
    const context = {
      commandId: `enrolment-expired/${enrolment}`,
      actor: systemActor('device-registry'),
      repeatable: true,
    };
    await this.handler.handle(account, context, (now) => ({ type: 'ExpireEnrolment', now, enrolment }));
  }
}
