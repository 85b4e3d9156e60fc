import type { JstDay } from '@smartkey/calendar';
import type { CommandContext } from '@smartkey/event-store';
import { ok, type Instant } from '@smartkey/kernel';
import type { AccountIds } from '@smartkey/device-registry-domain';
import type { Accounts, DoneToAccount } from '../accounts/accounts.ts';
import type { DoneOrRefused } from '../log/account-handler.ts';
import type { ErasureFollowUp } from './erasure-follow-up.ts';

/**
 * Erases the personal data of IDs. The fact comes first, in the log: from then on nobody is registered as that account. What follows from
 * it may be done any number of times and from any step on: by whoever asked, and by `erasureReactor` where that one died.
 */
export class Erasures {
  constructor(
    private readonly accounts: Accounts,
    private readonly followUp: ErasureFollowUp,
    private readonly wake: () => void,
  ) {}

  /** @throws PeerUnavailableError */
  async erase(
    ids: AccountIds,
    reason: string | undefined,
    context: CommandContext,
  ): DoneOrRefused<DoneToAccount & { readonly erasedAt: Instant }> {
    const done = await this.accounts.carryOut(ids, context, { type: 'ErasePersonalData', reason });
    if (!done.ok) return done;
    await this.followUp.release(ids.account);
    this.wake();
    const { erasure } = done.value.handled.state;
    return ok({ ...done.value, erasedAt: erasure!.erasedAt! });
  }

  /** The same of an ID whose days all lie before the one given, where nothing keeps it. @returns whether it was erased now. */
  async eraseEnded(ids: AccountIds, endedBefore: JstDay, context: CommandContext): Promise<boolean> {
    const done = await this.accounts.carryOut(ids, context, { type: 'EraseByRetention', endedBefore });
    if (!done.ok || done.value.handled.state.erasure?.erasedAt === undefined) return false;
    await this.followUp.release(ids.account);
    return done.value.handled.events.length > 0;
  }
}
