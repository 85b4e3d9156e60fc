import type { Propagation } from '@smartkey/messages';
import type { JstDay } from '@smartkey/calendar';
import {
  faultOfNewExternalId,
  mustBeOperator,
  parseDisplayName,
  parseExternalId,
  type AccountCommand,
  type AccountIds,
} from '@smartkey/device-registry-domain';
import type { CommandContext } from '@smartkey/event-store';
import type { AffectedMonth } from '@smartkey/facts';
import { eventIdOf } from '@smartkey/identity';
import {
  notFound,
  ok,
  type Clock,
  type Rejection,
  type Result,
  type ContractId,
  type SpellId,
  type Asked,
} from '@smartkey/kernel';
import { SubjectErasedError } from '@smartkey/secrets';
import type { ContractEnds } from '../contract-ends/contract-ends.ts';
import type { ContractKnowledge, HeldFacts } from '../contracts/contract-knowledge.ts';
import type { ErasureFollowUp } from '../erasure/erasure-follow-up.ts';
import type { DisplayNames } from '../identity/display-names.ts';
import type { Identities, NewIdentity, Reserved } from '../identity/identities.ts';
import type { AffectedByAccounts } from '../late-facts/affected-by-accounts.ts';
import {
  known,
  type AccountHandler,
  type DoneOrRefused,
  type HandledAccount,
  type LoadedAccount,
} from '../log/account-handler.ts';
import type { AuthenticationClient } from '../propagation/authentication.client.ts';
import type { CorrectionFields, DeregisterQuery, RegisterForm } from './account.forms.ts';
import type { AccountGrounds, GroundsReader } from './grounds.ts';
import { spellOf } from './spell-id.ts';

/** What became of a command, and whether authentication knows. */
export interface DoneToAccount {
  readonly handled: HandledAccount;
  readonly propagation: Propagation;
  /** The issued and overtaken months that its facts lie in. */
  readonly affects: readonly AffectedMonth[];
}

/** The account that an external id stood for has lost its personal data. */
const ERASED_SINCE = Symbol('erased since');

type Registration = Extract<AccountCommand, { readonly type: 'Register' }>;

const unknownAccount = notFound('not-found', 'There is no such ID.');

/** An account as it was loaded, with what is held of its contract. */
export type StandingAccount = LoadedAccount & HeldFacts;

/** Registration and everything that is done to an account by itself. */
export class Accounts {
  constructor(
    private readonly handler: AccountHandler,
    private readonly identities: Identities,
    private readonly names: DisplayNames,
    private readonly grounds: GroundsReader,
    private readonly contracts: ContractKnowledge,
    private readonly ends: ContractEnds,
    private readonly authentication: AuthenticationClient,
    private readonly affected: AffectedByAccounts,
    private readonly erased: Pick<ErasureFollowUp, 'release'>,
    private readonly clock: Clock,
  ) {}

  /** Registers an external id of a contract: a new account, or a new spell of the one it had. @throws PeerUnavailableError */
  async register(
    contract: ContractId,
    form: RegisterForm,
    context: CommandContext,
  ): DoneOrRefused<DoneToAccount> {
    const { registeredOn, reason } = form;
    const notTheirs = mustEnterPastDay(registeredOn, context, 'A registration');
    if (notTheirs) return notTheirs;
    const externalId = parseExternalId(form.externalId);
    if (!externalId.ok) return externalId;
    const displayName = form.displayName === undefined ? undefined : parseDisplayName(form.displayName);
    if (displayName?.ok === false) return displayName;
    const digest = this.identities.digestOf(contract, externalId.value);
    const registration = {
      contract,
      externalId: externalId.value,
      displayName: displayName?.value,
      registeredOn,
      reason,
    };
    for (;;) {
      const grounds = await this.grounds.ofExternalId(contract, digest);
      const result = await this.#registerOn(grounds, registration, context);
      if (result !== ERASED_SINCE) return result;
      // It was erased between the look and the decision, or by a process that ended before the id was freed: the external id is another account.
      await this.erased.release(grounds.account!);
    }
  }

  async #registerOn(
    grounds: AccountGrounds,
    registration: Omit<Registration, 'type' | 'now' | 'account' | 'terms'>,
    context: CommandContext,
  ): Promise<Result<DoneToAccount, Rejection> | typeof ERASED_SINCE> {
    const { contract, externalId, displayName } = registration;
    const terms = await this.contracts.termsAt(contract, this.clock.now(), grounds);
    if (terms === undefined) return notFound('not-found', 'There is no such contract.');
    const named =
      displayName === undefined ? undefined : { event: eventIdOf(context.commandId, 0), displayName };
    try {
      const identity = await this.#identityOf(contract, { externalId, named }, grounds);
      if (!identity.ok) return identity;
      const { account, made } = identity.value;
      const result = await this.handler.handle(
        account,
        context,
        (now) => ({ ...registration, type: 'Register', now, account, terms }),
        made ? [] : undefined,
      );
      const isErased = !result.ok && result.error.code === 'personal-data-erased';
      return isErased && grounds.account !== undefined ? ERASED_SINCE : await this.#done(contract, result);
    } catch (error) {
      if (error instanceof SubjectErasedError && grounds.account !== undefined) return ERASED_SINCE;
      throw error;
    }
  }

  async deregister(
    ids: AccountIds,
    { on, reason }: DeregisterQuery,
    context: CommandContext,
  ): DoneOrRefused<DoneToAccount> {
    const notTheirs = mustEnterPastDay(on, context, 'A deregistration');
    if (notTheirs) return notTheirs;
    return this.carryOut(ids, context, { type: 'Deregister', on, reason });
  }

  /** A registration entered by mistake is taken back. @throws PeerUnavailableError */
  voidRegistration(
    ids: AccountIds,
    id: SpellId,
    reason: string,
    context: CommandContext,
  ): DoneOrRefused<DoneToAccount> {
    const spell = spellOf(ids.account, id);
    return this.carryOut(ids, context, { type: 'VoidRegistration', spell, reason });
  }

  /** A spell began earlier, or ended on another day, than was entered. @throws PeerUnavailableError */
  async correctRegistration(
    ids: AccountIds,
    id: SpellId,
    form: CorrectionFields,
    context: CommandContext,
  ): DoneOrRefused<DoneToAccount> {
    const standing = await this.load(ids);
    const terms = standing && (await this.contracts.termsAt(ids.contract, this.clock.now(), standing));
    if (terms === undefined) return unknownAccount;
    const spell = spellOf(ids.account, id);
    return this.carryOutOn(standing!, context, { ...form, type: 'CorrectRegistration', spell, terms });
  }

  /**
   * A command to an account of the contract that has been registered at least once; others are not there.
   * @throws PeerUnavailableError
   */
  async carryOut(
    ids: AccountIds,
    context: CommandContext,
    asked: Asked<AccountCommand>,
  ): DoneOrRefused<DoneToAccount> {
    const standing = await this.load(ids);
    return standing === undefined ? unknownAccount : this.carryOutOn(standing, context, asked);
  }

  /** The same on one that was loaded just now: where others have written meanwhile, it is read again. @throws PeerUnavailableError */
  async carryOutOn(
    standing: StandingAccount,
    context: CommandContext,
    asked: Asked<AccountCommand>,
  ): DoneOrRefused<DoneToAccount> {
    const { id, state, events } = standing;
    await this.ends.deregisterIfEnded(standing, this.clock.now(), standing);
    const handled = await this.handler.handle(id, context, (now) => ({ ...asked, now }), events);
    return this.#done(state.contract, handled);
  }

  /** `undefined`: there is none, or it is another contract's. */
  async load({ contract, account }: AccountIds): Promise<StandingAccount | undefined> {
    const { facts, account: owned } = await this.grounds.ofAccount(contract, account);
    // Whose it is came first: to read a foreign account's stream before it is refused would take longer than for none.
    const loaded = owned && (await this.handler.load(owned));
    return loaded && { ...known(loaded), facts };
  }

  /** Who the external id is, with the name given now. Nothing is kept of one that nobody gets. */
  async #identityOf(
    contract: ContractId,
    wanted: NewIdentity,
    { account }: AccountGrounds,
  ): DoneOrRefused<Pick<Reserved, 'account' | 'made'>> {
    if (account === undefined) {
      const fault = faultOfNewExternalId(wanted.externalId);
      if (fault) return fault;
    }
    const identity =
      account === undefined
        ? await this.identities.reserveOne(contract, wanted, this.clock.now())
        : { account, made: false };
    if (!identity.made && wanted.named)
      await this.names.putOne({ ...wanted.named, account: identity.account });
    return ok(identity);
  }

  async #done(
    contract: ContractId,
    result: Awaited<ReturnType<AccountHandler['handle']>>,
  ): DoneOrRefused<DoneToAccount> {
    if (!result.ok) return result;
    const handled = known(result.value);
    return ok({
      handled,
      propagation: await this.authentication.tell(handled.events),
      affects: await this.affected.of(contract, handled.events),
    });
  }
}

const mustEnterPastDay = (day: JstDay | undefined, { actor }: CommandContext, what: string) =>
  day === undefined ? undefined : mustBeOperator(actor, `${what} for a past day`);
