import type { JstDay } from '@smartkey/calendar';
import {
  faultOfNewExternalId,
  mustBeOperator,
  parseDisplayName,
  parseExternalId,
  type AccountCommand,
} from '@smartkey/device-registry-domain';
import type { CommandContext } from '@smartkey/event-store';
import type { AffectedMonth } from '@smartkey/facts';
import { eventIdOf } from '@smartkey/identity';
import {
  notFound,
  ok,
  type Clock,
  type Instant,
  type Rejection,
  type Result,
  type AccountId,
  type ContractId,
  type SpellId,
} from '@smartkey/kernel';
import type { ContractEnds } from '../contract-ends/contract-ends.ts';
import type { ContractKnowledge } from '../contracts/contract-knowledge.ts';
import type { DisplayNames } from '../identity/display-names.ts';
import type { Identities, Reserved } from '../identity/identities.ts';
import type { AffectedMonths } from '../late-facts/affected-months.ts';
import {
  known,
  type AccountHandler,
  type HandledAccount,
  type LoadedAccount,
} from '../log/account-handler.ts';
import type { AuthenticationClient } from '../propagation/authentication.client.ts';
import type { Propagation } from '../propagation/propagation.ts';
import type { CorrectionFields, DeregisterQuery, RegisterForm } from './account.forms.ts';
import { spellOf } from './spell-id.ts';

/** What became of a command, and whether authentication knows. */
export interface Done {
  readonly handled: HandledAccount;
  readonly propagation: Propagation;
  /** The issued and overtaken months that its facts lie in. */
  readonly affects: readonly AffectedMonth[];
}

type Outcome<T> = Promise<Result<T, Rejection>>;

const unknownAccount = notFound('not-found', 'There is no such ID.');

/** Registration and everything that is done to an account by itself. */
export class Accounts {
  constructor(
    private readonly handler: AccountHandler,
    private readonly identities: Identities,
    private readonly names: DisplayNames,
    private readonly contracts: ContractKnowledge,
    private readonly ends: ContractEnds,
    private readonly authentication: AuthenticationClient,
    private readonly affected: AffectedMonths,
    private readonly clock: Clock,
  ) {}

  /** Registers an external id of a contract: a new account, or a new spell of the one it had. @throws PeerUnavailableError */
  async register(contract: ContractId, form: RegisterForm, context: CommandContext): Outcome<Done> {
    const { registeredOn, reason } = form;
    const notTheirs = mustEnterPastDay(registeredOn, context, 'A registration');
    if (notTheirs) return notTheirs;
    const externalId = parseExternalId(form.externalId);
    if (!externalId.ok) return externalId;
    const displayName = form.displayName === undefined ? undefined : parseDisplayName(form.displayName);
    if (displayName?.ok === false) return displayName;
    const terms = await this.contracts.termsAt(contract, this.clock.now());
    if (terms === undefined) return notFound('not-found', 'There is no such contract.');
    const identity = await this.#identityOf(contract, externalId.value);
    if (!identity.ok) return identity;
    const { account, digest, made } = identity.value;
    if (displayName !== undefined)
      await this.names.putOne({
        event: eventIdOf(context.commandId, 0),
        account,
        displayName: displayName.value,
      });
    return this.#done(
      contract,
      await this.handler.handle(
        account,
        context,
        (now) => ({
          type: 'Register',
          now,
          account,
          contract,
          externalId: externalId.value,
          externalIdDigest: digest,
          displayName: displayName?.value,
          registeredOn,
          reason,
          terms,
        }),
        made ? [] : undefined,
      ),
    );
  }

  async deregister(
    contract: ContractId,
    account: AccountId,
    { on, reason }: DeregisterQuery,
    context: CommandContext,
  ): Outcome<Done> {
    const notTheirs = mustEnterPastDay(on, context, 'A deregistration');
    if (notTheirs) return notTheirs;
    return this.carryOut(contract, account, context, (now) => ({ type: 'Deregister', now, on, reason }));
  }

  /** A registration entered by mistake is taken back. @throws PeerUnavailableError */
  voidRegistration(
    contract: ContractId,
    account: AccountId,
    spell: SpellId,
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
    contract: ContractId,
    account: AccountId,
    spell: SpellId,
    form: CorrectionFields,
    context: CommandContext,
  ): Outcome<Done> {
    const terms = await this.contracts.termsAt(contract, this.clock.now());
    if (terms === undefined) return unknownAccount;
    return this.carryOut(contract, account, context, (now) => ({
      ...form,
      type: 'CorrectRegistration',
      now,
      spell: spellOf(account, spell),
      terms,
    }));
  }

  /**
   * A command to an account of the contract that has been registered at least once; others are not there.
   * @throws PeerUnavailableError
   */
  async carryOut(
    contract: ContractId,
    account: AccountId,
    context: CommandContext,
    command: (now: Instant) => AccountCommand,
  ): Outcome<Done> {
    const loaded = await this.load(contract, account);
    if (loaded === undefined) return unknownAccount;
    await this.ends.deregisterIfEnded(loaded, this.clock.now());
    return this.#done(contract, await this.handler.handle(account, context, command, loaded.events));
  }

  /** `undefined`: there is none, or it is another contract's. */
  async load(contract: ContractId, account: AccountId): Promise<LoadedAccount | undefined> {
    // Whose it is comes first: to read a foreign account's stream before it is refused would take longer than for none.
    if (!(await this.identities.belongsTo(contract, account))) return undefined;
    const loaded = await this.handler.load(account);
    return loaded && known(loaded);
  }

  /** Who the external id is. Nothing is kept of one that nobody gets. */
  async #identityOf(contract: ContractId, externalId: string): Outcome<Reserved> {
    const fault = faultOfNewExternalId(externalId);
    if (fault && !(await this.identities.find(contract, [externalId])).has(externalId)) return fault;
    return ok(await this.identities.reserveOne(contract, externalId, this.clock.now()));
  }

  async #done(contract: ContractId, result: Awaited<ReturnType<AccountHandler['handle']>>): Outcome<Done> {
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
