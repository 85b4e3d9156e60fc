import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { FINDINGS_SHOWN, type KeptFinding } from '@smartkey/event-store';
import {
  decodeCursor,
  encodeCursor,
  notFoundProblem,
  orThrow,
  pageOf,
  type PageQuery,
  ProblemException,
  validationFailed,
} from '@smartkey/http';
import { type Actor, isId, NO_POSITION, parsePosition, type Signatory } from '@smartkey/kernel';
import { UNTOLD_LOSS } from '@smartkey/runtime';
import { mustBeAnotherPerson } from '@smartkey/terms';
import type { LogName } from '../audit/merge-logs.ts';
import type { AskedService } from '../forwarding/asked-service.ts';
import type { Signatories } from '../keys/signatories.ts';
import { OWN_LOG } from '../log/people-feed.ts';
import { AskedLog } from './asked-log.ts';
import type { LosingLog } from './losing-log.ts';
import {
  stateOf,
  type LeftForPersons,
  type LogState,
  type LostEvents,
  type UnknownNames,
} from './log-state-view.ts';
import type { LossForm } from './loss.form.ts';
import type { OwnLog } from './own-log.ts';
import type { UnknownActors } from './unknown-actors.ts';

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
