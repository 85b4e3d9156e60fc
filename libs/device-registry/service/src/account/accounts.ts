import { endOfDay, type JstDay } from '@smartkey/calendar';
import {
  faultOfNewExternalId,
  openSpell,
  operatorOnly,
  parseDisplayName,
  parseExternalId,
  type AccountCommand,
} from '@smartkey/device-registry-domain';
import type { CommandContext } from '@smartkey/event-store';
import { eventIdOf } from '@smartkey/identity';
import {
  type Clock,
  type Instant,
  notFound,
  ok,
  type Rejection,
  type Result,
  systemActor,
} from '@smartkey/kernel';
import type { ContractKnowledge } from '../contract/contract-terms.ts';
import type { DisplayNames } from '../identity/display-names.ts';
import type { Identities } from '../identity/identities.ts';
import type { AffectedMonths } from '../late-facts/affected-months.ts';
import type { IssuedMonth } from '../late-facts/issued-months.projection.ts';
import type { AuthenticationClient } from '../propagation/authentication.client.ts';
import type { AccountHandler, HandledAccount, LoadedAccount } from './account-handler.ts';
import type { Propagation } from './account-view.ts';
import { spellOf } from './spell-id.ts';

export interface RegistrationForm {
  readonly externalId: string;
  readonly displayName?: string;
  readonly registeredOn?: JstDay;
  readonly reason?: string;
}

/** What became of a command, and whether authentication knows. */
export interface Done {
  readonly handled: HandledAccount;
  readonly propagation: Propagation;
  /** The issued months that its facts lie in. */
  readonly affects: readonly IssuedMonth[];
}

/** The days that a spell is to have; what is missing stays. */
export interface CorrectionForm {
  readonly registeredOn?: JstDay;
  readonly deregisteredOn?: JstDay;
  readonly reason: string;
}

type Outcome<T> = Promise<Result<T, Rejection>>;

const unknownAccount = notFound('not-found', 'There is no such ID.');

/** The command that ends a spell with its contract: the same from whatever side it comes. */
export const endCommandId = (account: string, spell: number): string => `contract-end/${account}/${spell}`;

/** Registration and everything that is done to an account by itself. */
export class Accounts {
  constructor(
    private readonly handler: AccountHandler,
    private readonly identities: Identities,
    private readonly names: DisplayNames,
    private readonly contracts: ContractKnowledge,
    private readonly authentication: AuthenticationClient,
    private readonly affected: AffectedMonths,
    private readonly clock: Clock,
  ) {}

  /** Registers an external id of a contract: a new account, or a new spell of the one it had. @throws PeerUnavailableError */
  async register(contract: string, form: RegistrationForm, context: CommandContext): Outcome<Done> {
    if (form.registeredOn !== undefined && context.actor.role !== 'operator')
      return operatorOnly('A registration for a past day');
    const externalId = parseExternalId(form.externalId);
    if (!externalId.ok) return externalId;
    const displayName = form.displayName === undefined ? undefined : parseDisplayName(form.displayName);
    if (displayName?.ok === false) return displayName;
    const terms = await this.contracts.termsAt(contract, this.clock.now());
    if (terms === undefined) return notFound('not-found', 'There is no such contract.');
    // Nothing is kept of an id that nobody gets.
    const fault = faultOfNewExternalId(externalId.value);
    if (
      fault !== undefined &&
      !(await this.identities.find(contract, [externalId.value])).has(externalId.value)
    )
      return fault;
    const [identity] = await this.identities.reserve(contract, [externalId.value], this.clock.now());
    const { account, digest } = identity!;
    if (displayName !== undefined)
      await this.names.put([
        { event: eventIdOf(context.commandId, 0), account, displayName: displayName.value },
      ]);
    return this.#done(
      contract,
      await this.handler.handle(account, context, (now) => ({
        type: 'Register',
        now,
        account,
        contract,
        externalId: externalId.value,
        externalIdDigest: digest,
        ...(displayName === undefined ? {} : { displayName: displayName.value }),
        ...(form.registeredOn === undefined ? {} : { registeredOn: form.registeredOn }),
        ...(form.reason === undefined ? {} : { reason: form.reason }),
        terms,
      })),
    );
  }

  async deregister(
    contract: string,
    account: string,
    { on, reason }: { readonly on?: JstDay; readonly reason?: string },
    context: CommandContext,
  ): Outcome<Done> {
    if (on !== undefined && context.actor.role !== 'operator')
      return operatorOnly('A deregistration for a past day');
    return this.carryOut(contract, account, context, (now) => ({
      type: 'Deregister',
      now,
      ...(on === undefined ? {} : { on }),
      ...(reason === undefined ? {} : { reason }),
    }));
  }

  /** A command to an account of the contract that has been registered at least once; others are not there. */
  async carryOut(
    contract: string,
    account: string,
    context: CommandContext,
    command: (now: Instant) => AccountCommand,
  ): Outcome<Done> {
    const loaded = await this.load(contract, account);
    if (loaded === undefined) return unknownAccount;
    await this.settle(loaded);
    return this.#done(contract, await this.handler.handle(account, context, command));
  }

  /** A registration entered by mistake is taken back. @throws PeerUnavailableError */
  async voidRegistration(
    contract: string,
    account: string,
    spell: string,
    reason: string,
    context: CommandContext,
  ): Outcome<Done> {
    return this.carryOut(contract, account, context, (now) => ({
      type: 'VoidRegistration',
      now,
      spell: spellOf(account, spell),
      reason,
    }));
  }

  /** A spell began earlier, or ended on another day, than was entered. @throws PeerUnavailableError */
  async correctRegistration(
    contract: string,
    account: string,
    spell: string,
    form: CorrectionForm,
    context: CommandContext,
  ): Outcome<Done> {
    const terms = await this.contracts.termsAt(contract, this.clock.now());
    if (terms === undefined) return unknownAccount;
    return this.carryOut(contract, account, context, (now) => ({
      type: 'CorrectRegistration',
      now,
      spell: spellOf(account, spell),
      ...form,
      terms,
    }));
  }

  /** `undefined`: there is none, or it is another contract's. */
  async load(contract: string, account: string): Promise<LoadedAccount | undefined> {
    // Whose it is comes first: to read a foreign account's stream before it is refused would take longer than for none.
    if (!(await this.identities.belongsTo(contract, account))) return undefined;
    return this.handler.load(account);
  }

  /**
   * 第6条: a contract's end is in force at its instant, also where its message or the timer is late. Before anything else
   * is decided for an ID of a contract that has ended, the ID is deregistered. @throws PeerUnavailableError
   */
  async settle({ id, state }: LoadedAccount): Promise<void> {
    const spell = openSpell(state);
    if (spell === undefined) return;
    const now = this.clock.now();
    const held = await this.contracts.held(state.contract);
    if (held?.lastDay === undefined || now < endOfDay(held.lastDay)) return;
    const lastDay = (await this.contracts.ask(state.contract))?.lastDay;
    if (lastDay === undefined || now < endOfDay(lastDay)) return;
    const context = {
      commandId: endCommandId(id, spell.spell),
      actor: systemActor('device-registry'),
      repeatable: true,
    };
    await this.#done(
      state.contract,
      await this.handler.handle(id, context, (at) => ({ type: 'EndWithContract', now: at, lastDay })),
    );
  }

  async #done(contract: string, result: Result<HandledAccount, Rejection>): Outcome<Done> {
    if (!result.ok) return result;
    const handled = result.value;
    return ok({
      handled,
      propagation: await this.authentication.tell(handled.events),
      affects: await this.affected.of(contract, handled.events),
    });
  }
}
