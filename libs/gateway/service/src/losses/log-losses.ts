import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { FINDINGS_SHOWN, type KeptFinding } from '@smartkey/event-store';
import {
  decodeCursor,
  encodeCursor,
  notFoundProblem,
  orThrow,
  type Page,
  pageOf,
  type PageQuery,
  ProblemException,
  validationFailed,
} from '@smartkey/http';
import {
  type Actor,
  type ContractId,
  type Instant,
  isId,
  NO_POSITION,
  parsePosition,
  type Signatory,
} from '@smartkey/kernel';
import { type StandingView, UNTOLD_LOSS } from '@smartkey/runtime';
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

/** @shown What losses of this log, or of one that the service reads, have left for a person to look at. */
interface LeftForPerson {
  /** `key-lost`: the events of an account do not open, for its key is lost; `device-without-secret`: it is enrolled again; `key-unknown`, `person-unknown`: made since the copy. */
  readonly kind: string;
  /** The id of what it is about. */
  readonly subject: string;
  readonly contract: ContractId | null;
  readonly detail: string;
  /** Whose loss it followed from, and the incarnation that this log began. */
  readonly source: string;
  readonly incarnation: number;
  readonly at: Instant;
}

/** @shown What a service keeps for a person; `complete` is false where there are more than are shown. */
interface LeftForPersons {
  /** The newest losses first, 200 at most. */
  readonly items: readonly LeftForPerson[];
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
  /** What a person has to look at, and accounts whose events do not open; null where a version before keeps the log. */
  readonly left: LeftForPersons | null;
}

/** @shown An event that the topic of a service holds and its log lacks. */
interface LostEvent {
  readonly id: string;
  /** Where it stood in the log. */
  readonly position: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly contract: ContractId | null;
  readonly occurredAt: Instant;
}

/** @shown How many events of a type are lost. */
interface LostOfType {
  readonly type: string;
  readonly count: number;
}

/** The events that a log lacks, as far as its topic tells. */
export interface LostEvents extends Page<LostEvent> {
  readonly log: LogName;
  /**
   * `sound`: the log lacks nothing. `no-topic`: nobody tells. `reading`: the topic is being read, ask again. `read`: all of it was. `unreadable`:
   * `incomplete` says why.
   */
  readonly topic: 'sound' | 'no-topic' | 'reading' | 'read' | 'unreadable';
  /** How many records of the topic were read for this. */
  readonly records: number;
  /** Of events that the topic holds and the log lacks. */
  readonly count: number;
  /** The same by type, in the order of the names. */
  readonly byType: readonly LostOfType[];
  /** Why others may be lost besides; null where the topic has all that anybody is known to have read. */
  readonly incomplete: string | null;
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
    return {
      ...stateOf(log, standing),
      unknown: log === OWN_LOG ? await this.#unknown() : null,
      left: await this.#left(log),
    };
  }

  /** @throws ProblemException 404, 422, 503 where the service is down. */
  async lost(name: string, { limit, cursor }: PageQuery): Promise<LostEvents> {
    const log = logNamed(name);
    const [after] = cursor === undefined ? [0n] : decodeCursor(cursor, 'position');
    const told = await this.#logs[log].lost({ after, limit: limit + 1 });
    const { events, ...about } = told ?? UNTOLD_LOSS;
    return { log, ...about, ...pageOf(events, limit, ({ position }) => encodeCursor(BigInt(position))) };
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

  async #left(log: LogName): Promise<LeftForPersons | null> {
    const findings = await this.#logs[log].findings();
    if (findings === undefined) return null;
    return {
      items: findings.slice(0, FINDINGS_SHOWN).map(({ number, contract = null, ...finding }) => ({
        ...finding,
        contract,
        incarnation: number,
      })),
      complete: findings.length <= FINDINGS_SHOWN,
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
): Omit<LogState, 'unknown' | 'left'> {
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
