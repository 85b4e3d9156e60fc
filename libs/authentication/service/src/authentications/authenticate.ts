import {
  toldReason,
  verifyCode,
  type DenialReason,
  type Verified,
  type WrongCode,
} from '@smartkey/authentication-domain';
import { retryBehindFence } from '@smartkey/event-store';
import { unavailable } from '@smartkey/http';
import { randomUUID } from 'node:crypto';
import { derivedUuid } from '@smartkey/identity';
import type {
  AccountId,
  Clock,
  EventMetadata,
  Instant,
  AuthenticationId,
  ContractId,
  DeviceId,
} from '@smartkey/kernel';
import type { ContractFacts } from '@smartkey/facts';
import { inSpan } from '@smartkey/tracing';
import type { Logger } from 'pino';
import type { AttemptLog } from '../attempt-log/attempt-log.ts';
import type { AttemptOrigin } from '../attempt-log/attempt.ts';
import type { DenialCounts } from '../denials/denial-counts.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { successIdOf, type AccountLog, type IdentifiedEvent } from '../log/account-log.ts';
import type { CredentialSecrets } from '../totp/credential-secrets.ts';
import { authenticationIdOf } from './authentication-id.ts';
import type { AuthenticationMetrics } from './authentication.metrics.ts';
import { CodeMatcher } from './code-matcher.ts';
import { commitDecision, countAttempt } from './commit-decision.ts';
import { findOwnSuccess } from './own-success.ts';
import { OwnersAsked } from './owners-asked.ts';
import { Situations, verificationState, type Claimant, type Situation } from './read-situation.ts';

const NO_SETTINGS = {};

/** More decisions in a row than an account can take: five failures, a lock, a success and the questions to the owners. */
const MOST_ROUNDS = 32;

export interface AuthenticationRequest {
  readonly contract: ContractId;
  readonly claimant: Claimant;
  readonly code: string;
  readonly metadata: EventMetadata;
  readonly origin: AttemptOrigin;
  /** What stands for the claimant where the contract has no such ID. */
  readonly unknownDigest: string;
  /** The command may have been carried out before. */
  readonly repeatable: boolean;
}

export type AuthenticationAnswer =
  | {
      readonly result: 'success';
      readonly authentication: AuthenticationId;
      readonly device: DeviceId;
      readonly decidedAt: Instant;
      readonly at: { readonly revision: number; readonly position: bigint };
    }
  | {
      readonly result: 'denied';
      /** As it may be told. */
      readonly reason: DenialReason;
      readonly retryAfterSeconds?: number;
      /** The contract hides its reasons: neither may the time that the answer takes tell them. */
      readonly hidden: boolean;
    }
  | { readonly result: 'unknown-contract' };

/** Decides whether a code is the right one of one of an account's devices: at most once for each code. */
export class Authenticate {
  private readonly situations: Situations;
  private readonly matcher: CodeMatcher;

  constructor(
    private readonly log: AccountLog,
    private readonly knowledge: Knowledge,
    private readonly secrets: CredentialSecrets,
    private readonly denials: DenialCounts,
    private readonly attempts: AttemptLog,
    private readonly metrics: AuthenticationMetrics,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    this.situations = new Situations(log.database);
    this.matcher = new CodeMatcher(secrets, metrics, logger);
  }

  /**
   * Answers about a code only what is in the database by then: a failure counted or a success in the log.
   * @throws PeerUnavailableError where an owner must be asked before a refusal and does not answer.
   */
  authenticate(request: AuthenticationRequest): Promise<AuthenticationAnswer> {
    return inSpan('authenticate', NO_SETTINGS, async (span) => {
      const answer = await this.#authenticate(request);
      // Why somebody was denied is counted (metrics); a trace that names the contract does not add it.
      span.setAttributes({
        'smartkey.contract': request.contract,
        'smartkey.authentication.result': answer.result,
      });
      return answer;
    });
  }

  async #authenticate(request: AuthenticationRequest): Promise<AuthenticationAnswer> {
    const owners = new OwnersAsked(this.knowledge, request);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const answer = await retryBehindFence(this.clock, (stamp) => this.#round(request, owners, stamp()));
      if (answer === undefined) continue;
      await this.#count(request, answer);
      return answer.told;
    }
    throw unavailable('Too many attempts at this account at once. Nothing was decided; try again.');
  }

  /** One reading and one decision; `undefined` where it is to be made again. */
  async #round(
    request: AuthenticationRequest,
    owners: OwnersAsked,
    now: Instant,
  ): Promise<Judged | undefined> {
    const { contract, claimant, code } = request;
    const situation = await this.situations.read(contract, claimant);
    const facts = situation.contract;
    if (facts?.accepted !== true && (await owners.askContract())) return undefined;
    if (facts === undefined) return { told: { result: 'unknown-contract' } };
    const steps = await this.matcher.match(situation.credentials, code, now);
    const decision = verifyCode(
      { now, steps, idOf: (device, step) => authenticationIdOf(now, device, step) },
      verificationState(contract, facts, situation, now),
    );
    if (decision.result === 'success') return this.#succeed(request, facts, situation, decision, now);
    const { reason } = decision;
    if (await owners.askBefore(reason, situation)) return undefined;
    const former = await this.#former(reason, request, situation);
    if (former !== undefined) return { told: former };
    if (reason !== 'invalid_code')
      return denied(reason, facts, { at: now, rid: situation.account?.id }, decision.retryAfterSeconds);
    return (await this.#fail(request, situation, decision, now)) ? denied(reason, facts) : this.#overtaken();
  }

  /** Counts a wrong code, and tells of the lock that it may bring. @returns false where another decision came before. */
  async #fail(
    { contract, origin, metadata }: AuthenticationRequest,
    { version }: Situation,
    { account, attempts, events, result, reason }: WrongCode,
    now: Instant,
  ): Promise<boolean> {
    const logged = await this.attempts.logged({
      at: now,
      id: randomUUID(),
      contract,
      who: { rid: account },
      origin,
      outcome: { result, reason },
    });
    if (events.length === 0) return countAttempt(this.log, { account, version, attempts }, logged);
    const identified = events.map((event): IdentifiedEvent => {
      // Each lock is a fact of its own.
      return { id: derivedUuid(event.type, account, String(version), now), event };
    });
    const change = { account, version, attempts, logged, events: identified, now, metadata };
    const { kind } = await commitDecision(this.log, change);
    if (kind === 'committed') this.metrics.locks.inc();
    return kind === 'committed';
  }

  async #succeed(
    { contract, origin, metadata }: AuthenticationRequest,
    facts: ContractFacts,
    { version }: Situation,
    { account, device, step, attempts, events: [event], result }: Verified,
    now: Instant,
  ): Promise<Judged | undefined> {
    const id = successIdOf(device, step);
    const outcome = await commitDecision(this.log, {
      account,
      version,
      attempts,
      logged: await this.attempts.logged({
        at: now,
        id,
        contract,
        who: { rid: account },
        origin,
        outcome: { result, device },
      }),
      uses: { device, step },
      events: [{ id, event }],
      now,
      metadata,
    });
    switch (outcome.kind) {
      case 'used':
        return denied('code_already_used', facts, { at: now, rid: account });
      case 'overtaken':
        return this.#overtaken();
      case 'committed': {
        const { authentication } = event.data;
        return { told: { result: 'success', authentication, device, decidedAt: now, at: outcome.at } };
      }
    }
  }

  #overtaken(): undefined {
    this.metrics.overtaken.inc();
    return undefined;
  }

  async #former(
    reason: DenialReason,
    { code, metadata, repeatable }: AuthenticationRequest,
    { account }: Situation,
  ): Promise<AuthenticationAnswer | undefined> {
    // Of a deregistered ID no secret is left to check the code by: it is looked for no longer than for one that never was.
    if (!repeatable || account === undefined || reason === 'not_authenticated') return undefined;
    const found = await findOwnSuccess(this.log, this.secrets, account.id, metadata.commandId, code);
    return found && { result: 'success', ...found };
  }

  async #count(
    { contract, origin, unknownDigest }: AuthenticationRequest,
    { told, reason, uncounted }: Judged,
  ): Promise<void> {
    if (reason !== undefined) this.denials.count(contract, reason);
    if (reason !== undefined && uncounted !== undefined) {
      const { at, rid } = uncounted;
      const who = rid === undefined ? { unknownDigest } : { rid };
      const outcome = { result: 'denied', reason } as const;
      await this.attempts.uncounted.note({ at, id: randomUUID(), contract, who, origin, outcome });
    }
    if (told.result !== 'unknown-contract') this.metrics.answers.inc({ result: reason ?? told.result });
  }
}

/** An answer, and what it really was where that is not told. */
interface Judged {
  readonly told: AuthenticationAnswer;
  readonly reason?: DenialReason;
  /** Of a denial that no statement has logged yet: when it was decided, and about which ID where the contract has one. */
  readonly uncounted?: UncountedDenial;
}

interface UncountedDenial {
  readonly at: Instant;
  readonly rid: AccountId | undefined;
}

function denied(
  reason: DenialReason,
  { denialReasonsDisclosed: disclosed }: ContractFacts,
  uncounted?: UncountedDenial,
  retryAfterSeconds?: number,
): Judged {
  const wait = disclosed && retryAfterSeconds !== undefined ? { retryAfterSeconds } : {};
  return {
    told: { result: 'denied', reason: toldReason(reason, disclosed), ...wait, hidden: !disclosed },
    reason,
    ...(uncounted !== undefined && { uncounted }),
  };
}
