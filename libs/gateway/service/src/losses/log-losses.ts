import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { notFoundProblem, orThrow, ProblemException, validationFailed } from '@smartkey/http';
import { type Actor, type Instant, isId, type Signatory } from '@smartkey/kernel';
import type { ProposalView, StandingView } from '@smartkey/runtime';
import { mustBeAnotherPerson } from '@smartkey/terms';
import { AskedService } from '../forwarding/asked-service.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';
import type { Signatories } from '../keys/signatories.ts';
import type { LossForm } from './loss.form.ts';

/** @shown What somebody knows of a log that the log does not have. */
interface KnownBeyond {
  /** Service, reader and partition; `checkpoint` where a signed one says so. */
  readonly reader: string;
  readonly detail: string;
  /** Position of the last event that is known; null where the reader has none to show. */
  readonly position: string | null;
  readonly at: Instant;
}

/** @shown The last event of a log. */
interface LogEnd {
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
}

/** @shown A loss that one person has proposed to accept, and no other confirmed. */
interface ProposedLoss {
  readonly id: string;
  /** Id of a person or key; a name where it was proposed on the server. */
  readonly proposedBy: string;
  readonly reason: string;
  readonly at: Instant;
  /** Position of the last event that would stay; null where it was proposed to a version before. */
  readonly keptPosition: string | null;
}

/** Whether a service's log is known to lack events that it had acknowledged, or that others have read. */
export interface LogState {
  readonly log: ServiceName;
  /** In `log-went-back` nothing is written to it. */
  readonly state: 'sound' | 'log-went-back';
  /** Since when that is known; null where it is sound. */
  readonly since: Instant | null;
  /** How often the log has begun anew after a loss was accepted; the first is 1. */
  readonly incarnation: number;
  /** Null where the log is empty. */
  readonly end: LogEnd | null;
  /** The furthest first, 200 at most. */
  readonly beyond: readonly KnownBeyond[];
  readonly proposal: ProposedLoss | null;
}

/** Readers may look through what they remember. */
const LOOK_MILLIS = 30_000;

/** @throws ProblemException 404 */
function logNamed(name: string): ServiceName {
  const log = SERVICES.find((each) => each === name);
  if (log === undefined) throw notFoundProblem();
  return log;
}

/** As a log keeps who decided: the person, or the key where nobody stands behind a session. */
const idOf = ({ key, person }: Actor): string => person?.id ?? key;

/**
 * What logs lack after an older copy was put back, and how two people give that up. Each service answers for its own log; who is another
 * person is known here. The gateway's own log is looked after on the server, for what it lost is told by all others' logs.
 */
export class LogLosses {
  constructor(
    private readonly services: Readonly<Record<ServiceName, OwnerPort>>,
    private readonly token: string,
    private readonly signatories: Pick<Signatories, 'of'>,
  ) {}

  /** @throws ProblemException 404, 503 where the service is down. */
  async state(name: string): Promise<LogState> {
    const log = logNamed(name);
    return stateOf(log, await this.#asked(log).answer<StandingView>({ path: '/internal/log/standing' }));
  }

  /**
   * The first of two persons.
   * @throws ProblemException 404; 409 `no-loss`, `log-ends-elsewhere`, `loss-proposed`; 422; 503.
   */
  async propose(name: string, { reason, keptPosition }: LossForm, actor: Actor): Promise<LogState> {
    const log = logNamed(name);
    if (!/^\d{1,18}$/.test(keptPosition))
      throw validationFailed([
        { pointer: '/keptPosition', rule: 'pattern', detail: 'A position is a whole number from 0.' },
      ]);
    await this.#asked(log).answerOrRefusal<ProposalView>({
      path: '/internal/log/losses',
      body: { by: idOf(actor), reason, keptPosition },
    });
    return this.state(log);
  }

  /**
   * The second: what the log lacks is given up, and it is written to again.
   * @throws ProblemException 404 of another proposal than stands; 403 `same-person`, `person-unknown`; 409 `no-loss`, `log-ends-elsewhere`; 503.
   */
  async confirm(name: string, id: string, actor: Actor): Promise<LogState> {
    const log = logNamed(name);
    const { proposal } = await this.state(log);
    if (proposal?.id !== id) throw notFoundProblem();
    await this.#mustBeAnother(proposal.proposedBy, actor);
    await this.#asked(log).answerOrRefusal<object>({
      path: `/internal/log/losses/${encodeURIComponent(id)}/confirmation`,
      body: { by: idOf(actor) },
    });
    for (const service of SERVICES) await this.#letLook(service);
    return this.state(log);
  }

  /** Of a name that was given on the server nobody knows more than that it is no id. */
  async #mustBeAnother(proposedBy: string, actor: Actor): Promise<void> {
    const asked: Signatory | undefined = isId('per', proposedBy)
      ? { key: proposedBy, makers: [], person: proposedBy }
      : isId('key', proposedBy)
        ? await this.signatories.of({ role: actor.role, key: proposedBy })
        : undefined;
    if (asked === undefined) return;
    const refused = mustBeAnotherPerson(asked, await this.signatories.of(actor));
    if (refused !== undefined) orThrow(refused);
  }

  /** One that does not answer looks by itself within a minute. */
  async #letLook(service: ServiceName): Promise<void> {
    try {
      await this.#asked(service).answer({ method: 'POST', path: '/internal/log/look', timeout: LOOK_MILLIS });
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
    }
  }

  #asked(log: ServiceName): AskedService {
    return new AskedService(this.services[log], this.token);
  }
}

function stateOf(
  log: ServiceName,
  { state, since, incarnation, head, evidence, proposal }: StandingView,
): LogState {
  return {
    log,
    state,
    since,
    incarnation,
    end: head && { position: head.position, stream: head.stream, revision: head.revision },
    beyond: evidence.map(({ reader, detail, known, at }) => ({
      reader,
      detail,
      position: known?.position ?? null,
      at,
    })),
    proposal: proposal && {
      id: proposal.id,
      proposedBy: proposal.proposedBy,
      reason: proposal.reason,
      at: proposal.at,
      keptPosition: proposal.keptPosition,
    },
  };
}
