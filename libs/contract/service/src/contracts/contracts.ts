import {
  contractDecider,
  letTimePass,
  type AcceptedContract,
  type ContractCommand,
  type ContractEvent,
  type ContractState,
  type ExistingContract,
} from '@smartkey/contract-domain';
import type { AsOf, HistoryPage, Loaded } from '@smartkey/event-store';
import { notFoundProblem, orNotFound, orThrow, type CommandContext, type Written } from '@smartkey/http';
import { newId } from '@smartkey/identity';
import {
  ok,
  type Actor,
  type Clock,
  type IdOf,
  type IdPrefix,
  type Instant,
  type Rejection,
  type Result,
  type ContractId,
  type Asked,
} from '@smartkey/kernel';
import { NOTHING_ISSUED, type IssuedOfContract } from '../issued-months/billing-knowledge.ts';
import type { AffectedMonths } from '../late-facts/affected-months.ts';
import type { Stops } from '../propagation/stops.ts';
import type { ContractHandler } from '../log/contract-handler.ts';
import { contractView, type ContractView } from './contract-view.ts';
import { type Outcome, answerOf } from './outcome.ts';

type LoadedContract = Loaded<ContractState, ContractEvent, ContractId>;

/** Makes the ids of what a command brings about. */
export type NewIdOf = <Prefix extends IdPrefix>(prefix: Prefix) => IdOf<Prefix>;
/** A fact as it is decided: without what its append adds. */
type DecidedContractEvent = Extract<ReturnType<typeof contractDecider.decide>, { ok: true }>['value'][number];

/** What a command asks for, with the ids that it gives. */
export type AskedWithIds = (newIdOf: NewIdOf) => Asked<ContractCommand>;

/** The application service: commands carried out on one contract, and contracts read as of an instant. */
export class Contracts {
  constructor(
    private readonly handler: ContractHandler,
    private readonly clock: Clock,
    private readonly stops: Stops,
    private readonly affected: AffectedMonths,
  ) {}

  /** A new contract, under a new id. @throws ProblemException */
  async apply(context: CommandContext, asked: AskedWithIds): Promise<Outcome> {
    return orThrow(await this.#attempt(newId('ctr', this.clock.now()), context, asked, NOTHING_ISSUED));
  }

  /** @throws ProblemException where it is refused. */
  async carryOut(id: ContractId, context: CommandContext, asked: AskedWithIds): Promise<Outcome> {
    return orThrow(await this.attempt(id, context, asked));
  }

  /** The same, answered by the contract as it is after that. @throws ProblemException where it is refused. */
  async answered(
    id: ContractId,
    context: CommandContext,
    asked: AskedWithIds,
  ): Promise<Written<ContractView>> {
    const outcome = await this.carryOut(id, context, asked);
    return answerOf(outcome, this.viewAfter(outcome, context.actor));
  }

  /** The same, with a refusal as a value. */
  async attempt(
    id: ContractId,
    context: CommandContext,
    asked: AskedWithIds,
  ): Promise<Result<Outcome, Rejection>> {
    return this.#attempt(id, context, asked, await this.affected.issuedBefore(id));
  }

  async #attempt(
    id: ContractId,
    context: CommandContext,
    asked: AskedWithIds,
    issued: IssuedOfContract,
  ): Promise<Result<Outcome, Rejection>> {
    const result = await this.handler.handle(id, context, (now) => commandAt(now, context, asked));
    if (!result.ok) return result;
    const handled = result.value;
    const { state, events } = handled;
    if (state.stage === 'none') throw new Error(`a command to ${id} was carried out on no contract`);
    const propagation = await this.stops.tell(events);
    const affects = await this.affected.of(handled, issued);
    return ok({ ...handled, state, affects, ...(propagation !== undefined && { propagation }) });
  }

  /** What a command would bring about now; nothing is written. @throws ProblemException where it would be refused. */
  async foresee(
    id: ContractId,
    context: CommandContext,
    asked: AskedWithIds,
  ): Promise<Pick<LoadedContract, 'revision'> & { readonly events: readonly DecidedContractEvent[] }> {
    const { state, revision } = await this.load(id);
    const command = commandAt(this.now(), context, asked);
    return { revision, events: orThrow(contractDecider.decide(command, state)) };
  }

  /** @throws ProblemException 404 where there was no such contract. */
  async load(id: ContractId, at: AsOf = {}): Promise<LoadedContract> {
    return orNotFound(await this.handler.load(id, at));
  }

  /** The contract as seen by somebody: what was true, and what was known, at an instant. `undefined`: nothing then. */
  async view(id: ContractId, actor: Actor, at: AsOf = {}): Promise<ContractView | undefined> {
    const loaded = await this.handler.load(id, at);
    // A condition may be attested as of a day before the application: there was no contract yet.
    if (loaded === undefined || loaded.state.stage === 'none') return undefined;
    const seenFrom = at.asOf ?? at.knownAt ?? this.clock.now();
    return contractView(id, loaded.state, loaded.revision, seenFrom, actor);
  }

  /** The contract as it stands now: what is due has come, whether or not a timer has run. @throws ProblemException 404 */
  async current(id: ContractId): Promise<ExistingContract> {
    const { state } = await this.load(id);
    if (state.stage === 'none') throw notFoundProblem();
    return letTimePass(state, this.now()).state;
  }

  /** The same; `undefined` where it is not accepted. @throws ProblemException 404 */
  async accepted(id: ContractId): Promise<AcceptedContract | undefined> {
    const contract = await this.current(id);
    return contract.stage === 'accepted' ? contract : undefined;
  }

  history(id: ContractId, from: number, limit: number): Promise<HistoryPage<ContractEvent>> {
    return this.handler.history(id, { from, limit });
  }

  /** The contract after a command, as the one who gave it sees it. */
  viewAfter({ id, state, revision }: Outcome, actor: Actor): ContractView {
    return contractView(id, state, revision, this.now(), actor);
  }

  now(): Instant {
    return this.clock.now();
  }
}

const commandAt = (
  now: Instant,
  { actor, commandId }: CommandContext,
  asked: AskedWithIds,
): ContractCommand => ({
  ...asked((prefix) => newId(prefix, now, commandId)),
  now,
  actor,
});
