import type { Database } from '@smartkey/database';
import { isSound, type AuditedLog, type ProvedLog } from '@smartkey/transparency';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { orThrow } from '@smartkey/http';
import { conflict, type Instant } from '@smartkey/kernel';
import { AskedService } from '../forwarding/asked-service.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';
import { OWN_LOG } from '../log/people-feed.ts';

/** @shown The first broken place of a stream. */
interface BrokenPlace {
  readonly stream: string;
  readonly revision: number;
  readonly kind: 'missing' | 'altered';
  readonly detail: string;
}

interface VerifiedTree {
  /** Under which name the log is known: `<system>/<service>`. */
  readonly origin: string;
  /** How many events have a leaf. */
  readonly size: number;
  /** The last that was signed; null where none was. */
  readonly checkpoint: { readonly size: number; readonly at: Instant } | null;
  /** How many broken places were found. */
  readonly broken: number;
  /** The first of them: of leaves and nodes, and of checkpoints, at most 20 each. */
  readonly breaks: readonly BrokenProof[];
}

/** @shown A place at which a log, its tree and what was signed of it are not of one mind. */
interface BrokenProof {
  readonly kind: NonNullable<AuditedLog['tree']>['breaks'][number]['kind'];
  readonly detail: string;
}

/** @shown An event that somebody has read of a log, and the log does not have. */
interface LackedEvent {
  /** Service, reader and partition; `checkpoint` where a signed one says so. */
  readonly reader: string;
  readonly detail: string;
  /** Position of the event; null where only the size of the log is known. */
  readonly position: string | null;
  readonly at: Instant;
}

/** What a log is known to lack, as after an older copy of its database was put back: nothing is written to it. */
interface LogWentBack {
  readonly since: Instant;
  /** Position of the last event that the log has; null where it is empty. */
  readonly head: string | null;
  readonly evidence: readonly LackedEvent[];
}

/** @shown An event of which something is sealed under a key that is lost: its account is set aside alone. What was erased on purpose is none. */
interface UnreadableEvent {
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  /** Whose key is lost: of an account's events, the account. */
  readonly subject: string;
}

interface UnreadableEvents {
  readonly count: number;
  /** The first of them, at most 100. */
  readonly events: readonly UnreadableEvent[];
}

interface VerifiedLog {
  readonly source: string;
  readonly events: number;
  readonly streams: number;
  /** How many broken places were found. */
  readonly broken: number;
  /** The first of them, one of a stream: at most 1,000. */
  readonly breaks: readonly BrokenPlace[];
  /** Null where nobody knows of an event that the log lacks. */
  readonly wentBack: LogWentBack | null;
  readonly unreadable: UnreadableEvents;
  /** What holds the log against cuts at its end; null where no tree was begun yet. */
  readonly tree: VerifiedTree | null;
}

/** What following the hashes of all logs found: `sound` where no log shows an event that was altered or is missing, and each is what was signed and read of it and can be read. */
export interface VerifiedLogs {
  readonly sound: boolean;
  readonly services: readonly VerifiedLog[];
}

/** Of the version of now, or of one before. */
type ServiceAudit = Pick<AuditedLog, 'events' | 'streams' | 'breaks'> &
  Partial<Pick<AuditedLog, 'broken' | 'wentBack' | 'unreadable'>> & {
    readonly tree?: (Omit<AuditedTree, 'broken'> & Partial<AuditedTree>) | null;
  };
type AuditedTree = NonNullable<AuditedLog['tree']>;

/** A log may be long. */
const PATIENCE_MILLIS = 3_600_000;
const LIMIT = 16 * 1024 * 1024;

/** Follows the hashes of all logs, each in its own service. */
export class VerificationOfLogs {
  constructor(
    private readonly services: Readonly<Record<ServiceName, OwnerPort>>,
    private readonly database: Database,
    private readonly token: string,
    private readonly people: ProvedLog,
  ) {}

  /** @throws ProblemException 409 while one is under way, 503 where a service is down. */
  async run(): Promise<VerifiedLogs> {
    const verified = await this.database.exclusively('log-verification', () => this.verify(), {
      wait: false,
    });
    return (
      verified ??
      orThrow(conflict('verification-running', 'A verification is under way. Ask again when it is done.'))
    );
  }

  private async verify(): Promise<VerifiedLogs> {
    const services = [];
    // One after another: each reads a whole log, and they may share a machine.
    for (const source of SERVICES) services.push({ source, ...(await this.verifyOne(source)) });
    services.push({ source: OWN_LOG, ...(await this.people.audit()) });
    return { sound: services.every(isSound), services };
  }

  private async verifyOne(source: ServiceName): Promise<AuditedLog> {
    const asked = new AskedService(this.services[source], this.token);
    const told = await asked.answer<ServiceAudit>({
      method: 'POST',
      path: '/internal/log/verification',
      timeout: PATIENCE_MILLIS,
      most: LIMIT,
    });
    // One of a version before has no tree, does not know what others have read or which keys are lost, or names all that is broken.
    const tree = told.tree && { ...told.tree, broken: told.tree.broken ?? told.tree.breaks.length };
    return {
      wentBack: null,
      unreadable: { count: 0, events: [] },
      ...told,
      broken: told.broken ?? told.breaks.length,
      tree: tree ?? null,
    };
  }
}
