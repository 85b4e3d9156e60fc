import { endOfDay, type JstDay } from '@smartkey/calendar';
import { openSpell, type AccountCommand, type KnownAccount } from '@smartkey/device-registry-domain';
import type { CommandContext } from '@smartkey/event-store';
import { orThrow } from '@smartkey/http';
import { pagesBehind } from '@smartkey/lifecycle';
import { laterOf, systemActor, type Instant, type AccountId, type ContractId } from '@smartkey/kernel';
import type { Logger } from 'pino';
import type { ContractKnowledge, HeldFacts } from '../contracts/contract-knowledge.ts';
import type { AccountDirectory } from '../directory/account-directory.ts';
import { known, type AccountHandler, type LoadedAccount } from '../log/account-handler.ts';
import type { AuthenticationClient } from '../propagation/authentication.client.ts';

/** IDs deregistered together. */
const BATCH = 200;

/** Why an ID is deregistered: its contract ended with this day. */
interface End {
  readonly lastDay: JstDay;
  /** The event that told so. */
  readonly causationId?: string | undefined;
}

/**
 * The one door by which IDs leave with their contract: at the end of its last day the registry itself deregisters them as of that
 * day (第6条). Every way to it is safe to repeat, and any two of them together: the command that ends a spell has one id.
 */
export class ContractEnds {
  constructor(
    private readonly handler: AccountHandler,
    private readonly directory: AccountDirectory,
    private readonly contracts: ContractKnowledge,
    private readonly authentication: AuthenticationClient,
    private readonly log: Logger,
  ) {}

  /** Deregisters every ID of a contract that its service says has ended. @throws DirectoryBehindError */
  async deregisterAll(contract: ContractId, lastDay: JstDay, causationId?: string): Promise<void> {
    await this.directory.caughtUp();
    let ended = 0;
    const pages = pagesBehind({
      size: BATCH,
      from: '',
      read: (after, size) => this.directory.registeredIn(contract, after, size),
      placeOf: ({ account }): string => account,
    });
    for await (const registered of pages) {
      const results = await this.handler.handleMany(
        registered.map(({ account, spell }) => ({
          id: account,
          ...endOfSpell(account, spell, { lastDay, causationId }),
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

  /** The same where the facts held here say that it has ended by then. @throws PeerUnavailableError, DirectoryBehindError */
  async deregisterAllIfEnded(contract: ContractId, by: Instant): Promise<void> {
    const lastDay = await this.contracts.endedBy(contract, by);
    if (lastDay !== undefined) await this.deregisterAll(contract, lastDay);
  }

  /**
   * The same for one ID, before anything else is decided for it: the end is in force at its instant, also where its message or the
   * timer is late.
   * @param read what is held of its contract, where it was read with the account.
   * @returns the account after it.
   * @throws PeerUnavailableError
   */
  async deregisterIfEnded(
    { id, state }: LoadedAccount,
    by: Instant,
    read?: HeldFacts,
  ): Promise<KnownAccount> {
    const spell = openSpell(state);
    const lastDay = spell && (await this.contracts.endedBy(state.contract, by, read));
    if (spell === undefined || lastDay === undefined) return state;
    const { context, command } = endOfSpell(id, spell.spell, { lastDay });
    const handled = known(orThrow(await this.handler.handle(id, context, command)));
    await this.authentication.tell(handled.events);
    return handled.state;
  }
}

const endOfSpell = (
  account: AccountId,
  spell: number,
  { lastDay, causationId }: End,
): { readonly context: CommandContext; readonly command: (now: Instant) => AccountCommand } => ({
  context: {
    commandId: `contract-end/${account}/${spell}`,
    actor: systemActor('device-registry'),
    repeatable: true,
    ...(causationId !== undefined && { causationId }),
  },
  // The contract's own word that it has ended counts, should this machine's clock be a little behind.
  command: (now) => ({ type: 'EndWithContract', now: laterOf(now, endOfDay(lastDay)), lastDay }),
});
