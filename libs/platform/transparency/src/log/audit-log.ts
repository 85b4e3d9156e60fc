import { hasTable, type Database } from '@smartkey/database';
import {
  verifyLog,
  type EventStore,
  type LogVerification,
  type NeededRow,
  type VerifiedStore,
} from '@smartkey/event-store';
import { event as eventOf, type Instant, type RecordedEvent } from '@smartkey/kernel';
import { appendLogEvent, type LogInstruction, type LogKeepingParts } from '../keeping/append-log-event.ts';
import type { Checkpoint } from './checkpoint-rows.ts';
import { openCheckpoints, type Checkpoints } from './checkpoints.ts';
import { LogContradictedError, type CheckpointFault } from './log-contradicted-error.ts';
import type { CheckpointSettings } from './checkpoint-settings.ts';
import { LogTree } from './log-tree.ts';
import { KeysOfEvents, type UnreadableEvents } from './unreadable-events.ts';
import { MOST_BREAKS, TreeVerification, type TreeBreak } from './verify-tree.ts';

/** @shown A place at which a log, its tree and what was signed of it are not of one mind. */
export interface ProofBreak {
  readonly kind: TreeBreak['kind'] | CheckpointFault;
  readonly detail: string;
}

/** What holds a log against cuts at its end: a tree over all of it, and checkpoints that lie outside its database. */
export interface AuditedTree {
  /** Under which name the log is known now. */
  readonly origin: string;
  /** Events that have a leaf. */
  readonly size: number;
  /** The last that was signed; null where none was. */
  readonly checkpoint: { readonly size: number; readonly at: Instant } | null;
  /** How many were found. */
  readonly broken: number;
  /** The first of them: of leaves and nodes, and of checkpoints, at most 20 each. */
  readonly breaks: readonly ProofBreak[];
}

/** @shown What the log is known to lack, though others have read it. */
export interface LackedEvent {
  /** Service, reader and partition; `checkpoint` where a signed one says so. */
  readonly reader: string;
  readonly detail: string;
  /** Position of the event; null where only the size of the log is known. */
  readonly position: string | null;
  readonly at: Instant;
}

export interface LogWentBack {
  readonly since: Instant;
  /** Position of the last event that the log has; null where it is empty. */
  readonly head: string | null;
  readonly evidence: readonly LackedEvent[];
}

export interface AuditedLog extends LogVerification {
  /** Null where nobody knows of an event that the log lacks. */
  readonly wentBack: LogWentBack | null;
  /** Events that cannot be read, though nothing of them was erased. */
  readonly unreadable: UnreadableEvents;
  /** Null where no tree was begun yet. */
  readonly tree: AuditedTree | null;
}

/** What an audit reads. */
export interface AuditedParts {
  readonly database: Database;
  readonly store: VerifiedStore & Pick<EventStore, 'readLeaves' | 'readStream' | 'standing' | 'last'>;
  /** The checkpoints of the log under the name that it has now; undefined where nothing is signed. */
  readonly checkpointsOf?: ((tree: LogTree, origin: string) => Checkpoints | undefined) | undefined;
  /** The rows beside the log that an event of its service cannot do without. */
  readonly needs?: ((event: RecordedEvent) => readonly NeededRow[]) | undefined;
}

/** What a checkpoint is adopted with. */
export interface AdoptionParts extends LogKeepingParts {
  readonly database: Database;
  readonly store: EventStore;
  readonly settings: CheckpointSettings;
}

/**
 * A person has looked at why the checkpoint is gone that was kept outside: the log says who and why, and the last one in the database is kept from now
 * on. Cut off between, the same again keeps it.
 * @returns undefined where none was ever signed.
 * @throws LogContradictedError where the log does not begin with it.
 */
export async function adoptCheckpoint(
  { database, settings, ...parts }: AdoptionParts,
  decision: LogInstruction,
): Promise<Checkpoint | undefined> {
  const { store } = parts;
  const row = await treeOf(database);
  const tree = row && LogTree.begun(database, store, row.origin);
  const name = await tree?.origins();
  const checkpoints =
    tree && name && openCheckpoints(settings, { database, store, tree, origin: name.current });
  const head = await checkpoints?.adoptable();
  if (checkpoints === undefined || head === undefined) return undefined;
  const { origin, size } = head;
  const root = Buffer.from(head.root).toString('hex');
  await appendLogEvent(parts, origin, eventOf('CheckpointAdopted', { log: origin, size, root, ...decision }));
  return checkpoints.adopt();
}

/** Follows the hash over every stream of a log, and holds the log against its tree and the checkpoint that was kept outside. */
export async function auditLog(
  { database, store, checkpointsOf, needs }: AuditedParts,
  progress?: (events: number) => void,
): Promise<AuditedLog> {
  const row = await treeOf(database);
  const wentBack = await wentBackOf(store);
  const keys = new KeysOfEvents(database, needs);
  if (row === undefined) {
    const verified = await verifyLog(store, { progress, page: (events) => keys.take(events) });
    return { ...verified, wentBack, unreadable: keys.unreadable, tree: null };
  }
  const size = Number(row.size);
  const tree = LogTree.begun(database, store, row.origin);
  const origins = await tree.origins();
  const against = new TreeVerification(database, origins, size);
  const verified = await verifyLog(store, {
    progress,
    page: async (events) => {
      await Promise.all([against.take(events), keys.take(events)]);
    },
  });
  const found = against.end();
  const breaks: ProofBreak[] = [...found.breaks];
  let { broken } = found;
  const checkpoints = checkpointsOf?.(tree, origins.current);
  let last: Checkpoint | undefined;
  if (checkpoints !== undefined) {
    [last] = await checkpoints.list({ limit: 1 });
    const contradiction = await contradictionOf(checkpoints);
    if (contradiction !== undefined) breaks.push(contradiction);
    const forged = await checkpoints.forged(origins.names);
    for (const size of forged.slice(0, MOST_BREAKS))
      breaks.push({
        kind: 'checkpoint-forged',
        detail: `the checkpoint of ${size} events in the database was not signed by the key of the log`,
      });
    broken += forged.length + (contradiction === undefined ? 0 : 1);
  }
  const checkpoint = last === undefined ? null : { size: last.size, at: last.at };
  const { unreadable } = keys;
  return {
    ...verified,
    wentBack,
    unreadable,
    tree: { origin: origins.current, size, checkpoint, broken, breaks },
  };
}

async function wentBackOf(store: Pick<EventStore, 'standing' | 'last'>): Promise<LogWentBack | null> {
  const wentBack = await store.standing.wentBack();
  if (wentBack === undefined) return null;
  const head = await store.last();
  const evidence = wentBack.evidence.map(({ reader, detail, known, at }) => ({
    reader,
    detail,
    position: known === undefined ? null : String(known.position),
    at,
  }));
  return { since: wentBack.since, head: head === undefined ? null : String(head.position), evidence };
}

/** @returns undefined where no version with a tree has run on these data. */
async function treeOf(
  database: Database,
): Promise<{ readonly origin: string; readonly size: bigint } | undefined> {
  if (!(await hasTable(database, 'log_tree'))) return undefined;
  const [row] = await database.query<{ origin: string; size: bigint }>('SELECT origin, size FROM log_tree');
  return row;
}

async function contradictionOf(checkpoints: Checkpoints): Promise<ProofBreak | undefined> {
  try {
    await checkpoints.compare();
    return undefined;
  } catch (error) {
    if (!(error instanceof LogContradictedError)) throw error;
    return { kind: error.fault, detail: error.message };
  }
}

/** Whether a log has all that anybody knows of, as it was written and signed. */
export const isWhole = ({ breaks, tree, wentBack }: AuditedLog): boolean =>
  breaks.length === 0 && wentBack === null && (tree === null || tree.breaks.length === 0);

/** Whether nothing speaks against a log: it is whole, and can be read. */
export const isSound = (audited: AuditedLog): boolean => isWhole(audited) && audited.unreadable.count === 0;
