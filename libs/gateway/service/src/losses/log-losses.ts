import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import type { KeptFinding } from '@smartkey/event-store';
import { notFoundProblem, orThrow, ProblemException, validationFailed } from '@smartkey/http';
import { type Actor, type Instant, isId, NO_POSITION, parsePosition, type Signatory } from '@smartkey/kernel';
import type { StandingView } from '@smartkey/runtime';
import { mustBeAnotherPerson } from '@smartkey/terms';
import type { LogName } from '../audit/merge-logs.ts';
import type { AskedService } from '../forwarding/asked-service.ts';
import type { Signatories } from '../keys/signatories.ts';
import { OWN_LOG } from '../log/people-feed.ts';
import { AskedLog } from './asked-log.ts';
import type { LosingLog } from './losing-log.ts';
import type { LossForm } from './loss.form.ts';
import type { OwnLog } from './own-log.ts';
import type { UnknownActors } from './unknown-actors.ts';

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

/** @shown A key or person whom another log names and the gateway does not know: made since the copy that its database was put back from. */
interface UnknownActor {
  /** `key_…` or `per_…` */
  readonly id: string;
  /** Whose log named it last, and when. */
  readonly detail: string;
  /** The incarnation of the gateway's log that began when it was given up; null where it was not. */
  readonly givenUpWith: number | null;
}

/** @shown Keys and people made since the copy. Which keys were revoked since, no log says. */
interface UnknownNames {
  /** 200 at most. */
  readonly items: readonly UnknownActor[];
  /** Whether all logs were looked through; else ask again, and it goes on where it stopped. */
  readonly complete: boolean;
}

/** Whether a service's log is known to lack events that it had acknowledged, or that others have read. */
export interface LogState {
  readonly log: LogName;
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
  /** Of the gateway's own log; null of others. */
  readonly unknown: UnknownNames | null;
}

/** Readers may look through what they remember. */
const LOOK_MILLIS = 30_000;
/** So many are shown. */
const MOST_UNKNOWN = 200;

const LOGS: readonly LogName[] = [...SERVICES, OWN_LOG];

/** @throws ProblemException 404 */
function logNamed(name: string): LogName {
  const log = LOGS.find((each) => each === name);
  if (log === undefined) throw notFoundProblem();
  return log;
}

/** As a log keeps who decided: the person, or the key where nobody stands behind a session. */
const idOf = ({ key, person }: Actor): string => person?.id ?? key;

/** What the gateway has of its own log beside the log itself. */
export interface OwnLosses {
  readonly log: OwnLog;
  readonly unknown: Pick<UnknownActors, 'look'>;
  /** What accepted losses have left, the newest first. */
  readonly findings: () => Promise<readonly KeptFinding[]>;
}

/**
 * What logs lack after an older copy was put back, and how two people give that up. Each service answers for its own log; who is another
 * person is known here.
 */
export class LogLosses {
  readonly #logs: Readonly<Record<LogName, LosingLog>>;

  constructor(
    private readonly services: Readonly<Record<ServiceName, AskedService>>,
    private readonly own: OwnLosses,
    private readonly signatories: Pick<Signatories, 'of'>,
  ) {
    this.#logs = {
      contract: new AskedLog(services.contract),
      'device-registry': new AskedLog(services['device-registry']),
      authentication: new AskedLog(services.authentication),
      billing: new AskedLog(services.billing),
      [OWN_LOG]: own.log,
    };
  }

  /** @throws ProblemException 404, 503 where the service is down. */
  async state(name: string): Promise<LogState> {
    const log = logNamed(name);
    const standing = await this.#logs[log].standing();
    return { ...stateOf(log, standing), unknown: log === OWN_LOG ? await this.#unknown() : null };
  }

  /**
   * The first of two persons.
   * @throws ProblemException 404; 409 `no-loss`, `log-ends-elsewhere`, `loss-proposed`; 422; 503.
   */
  async propose(name: string, { reason, keptPosition }: LossForm, actor: Actor): Promise<LogState> {
    const log = logNamed(name);
    if (parsePosition(keptPosition) === undefined)
      throw validationFailed([{ pointer: '/keptPosition', rule: 'pattern', detail: NO_POSITION }]);
    await this.#logs[log].propose({ by: idOf(actor), reason, keptPosition });
    return this.state(log);
  }

  /**
   * The second: what the log lacks is given up, and it is written to again.
   * @throws ProblemException 404 of another proposal than stands; 403 `same-person`, `person-unknown`; 409 `no-loss`, `log-ends-elsewhere`; 503.
   */
  async confirm(name: string, id: string, actor: Actor): Promise<LogState> {
    const log = logNamed(name);
    const { proposal } = await this.#logs[log].standing();
    if (proposal?.id !== id) throw notFoundProblem();
    await this.#mustBeAnother(proposal.proposedBy, actor);
    await this.#logs[log].confirm(id, idOf(actor));
    for (const service of SERVICES) await this.#letLook(service);
    return this.state(log);
  }

  async #unknown(): Promise<UnknownNames> {
    const { unknown, complete } = await this.own.unknown.look();
    const kept = (await this.own.findings()).filter(({ kind }) => kind.endsWith('-unknown'));
    const given = new Map(kept.map((each) => [each.subject, each]));
    const open = unknown.filter(({ subject }) => !given.has(subject));
    return {
      items: [
        ...open.map(({ subject, detail }) => ({ id: subject, detail, givenUpWith: null })),
        ...kept.map(({ subject, detail, number }) => ({ id: subject, detail, givenUpWith: number })),
      ].slice(0, MOST_UNKNOWN),
      complete,
    };
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
      await this.services[service].answer({
        method: 'POST',
        path: '/internal/log/look',
        timeout: LOOK_MILLIS,
      });
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
    }
  }
}

function stateOf(
  log: LogName,
  { state, since, incarnation, head, evidence, proposal }: StandingView,
): Omit<LogState, 'unknown'> {
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
