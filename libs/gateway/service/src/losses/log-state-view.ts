import type { Page } from '@smartkey/http';
import type { ContractId, Instant } from '@smartkey/kernel';
import type { StandingView } from '@smartkey/runtime';
import type { LogName } from '../audit/merge-logs.ts';

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
export interface UnknownNames {
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
export interface LeftForPersons {
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

/** What a log's owner says of it, as it is shown. */
export function stateOf(
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
