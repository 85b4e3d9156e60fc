import { setTimeout as sleep } from 'node:timers/promises';
import { hasTable, type Database } from '@smartkey/database';
import { type AcceptedLoss, type EventStore, oldHeadToJson } from '@smartkey/event-store';
import { event as eventOf } from '@smartkey/kernel';
import { UnavailableError } from '@smartkey/lifecycle';
import type { CheckpointSettings } from '../log/checkpoint-settings.ts';
import { openCheckpoints } from '../log/checkpoints.ts';
import { giveUpBeyond, giveUpCheckpoints } from '../log/give-up.ts';
import { readToldLosses } from '../log/log-origins.ts';
import { LogTree } from '../log/log-tree.ts';
import { restoredOrigin } from '../log/origins.ts';
import { checkpointText } from '../note/checkpoint.ts';
import { signNote } from '../note/signed-note.ts';
import { appendLogEvent, type LogKeepingParts } from './append-log-event.ts';
import type { LogRestored } from './log-keeping.events.ts';
import { SigningKeys } from './signing-keys.ts';

export interface RestorationParts extends Omit<LogKeepingParts, 'store'> {
  readonly database: Database;
  readonly store: EventStore;
  readonly settings: CheckpointSettings;
  /** Milliseconds of the system's clock (default: the machine's). */
  readonly systemNow?: (() => number) | undefined;
}

/** What was kept may settle only when an older transaction has ended: so long is it waited for (system time). */
const SETTLES_MILLIS = 60_000;

/** What was kept of a log cannot be read to its end yet: it tells of its loss later. */
class NotSettledError extends UnavailableError {
  override readonly name = 'NotSettledError';
}

/**
 * A loss was accepted: the tree ends with what was kept, and the first event behind it tells of the loss and gives the log another name. Until it is there,
 * nothing else is appended. Whatever cuts that off, the same again goes on with it; where no loss waits for it, nothing is done.
 * @throws UnavailableError where what was kept cannot be read to its end yet
 */
export async function restoreLog(parts: RestorationParts): Promise<void> {
  const { database, store } = parts;
  if ((await store.standing.restoring()) === undefined) return;
  // One of a version without a tree: whoever opens it next begins that first.
  if (!(await hasTable(database, 'log_tree'))) return;
  await database.exclusively('log-tree', async (held) => {
    const loss = await store.standing.restoring();
    const [row] = await database.query<{ origin: string }>('SELECT origin FROM log_tree');
    if (loss === undefined || row === undefined) return;
    // The process may have died behind the event.
    const losses = await readToldLosses(store, row.origin);
    const told = losses.find(({ data }) => data.incarnation === loss.number)?.data;
    const data = told ?? (await lossOf(parts, row.origin, loss, held));
    if (told === undefined) await appendTold(parts, data);
    else await store.standing.endRestoring(() => Promise.resolve());
    await giveUpCheckpoints(database, data.keptSize);
  });
}

function appendTold({ store, subjectKeys, now }: RestorationParts, data: LogRestored['data']): Promise<void> {
  const through = {
    readStream: store.readStream.bind(store),
    append: store.appendRestored.bind(store),
  };
  return appendLogEvent({ store: through, subjectKeys, now }, data.log, eventOf('LogRestored', data));
}

async function lossOf(
  parts: RestorationParts,
  base: string,
  loss: AcceptedLoss,
  held: AbortSignal,
): Promise<LogRestored['data']> {
  const { database, store } = parts;
  const { number, id, keptPosition, oldHead, by, reason } = loss;
  await giveUpBeyond(keptPosition, database, store);
  const tree = LogTree.begun(database, store, base);
  const keptSize = await covered(tree, loss.head?.position ?? 0n, held);
  const oldOrigin = (await tree.origins()).current;
  const old = await oldNoteOf(parts, tree, oldOrigin, keptSize);
  return {
    log: restoredOrigin(base, number),
    oldOrigin,
    oldSize: old.size,
    oldRoot: Buffer.from(old.root).toString('hex'),
    oldNote: old.note,
    keptSize,
    incarnation: number,
    incarnationId: id,
    keptPosition: String(keptPosition),
    oldHead: oldHeadToJson(oldHead),
    by: by[0],
    confirmedBy: by[1],
    reason,
  };
}

/** Gives all that was kept its leaves. @returns how many. */
async function covered(tree: LogTree, upTo: bigint, held: AbortSignal): Promise<number> {
  const until = Date.now() + SETTLES_MILLIS;
  for (;;) {
    const { size, position } = await tree.cover(held, true);
    if (position >= upTo) return size;
    if (held.aborted || Date.now() > until)
      throw new NotSettledError('what was kept of the log cannot be read to its end yet');
    await sleep(100);
  }
}

/** Also where nothing is signed: the name that ends is signed once, so that whoever signs the next can show it. */
async function oldNoteOf(
  { database, store, settings, systemNow }: RestorationParts,
  tree: LogTree,
  origin: string,
  size: number,
) {
  const signed = openCheckpoints(settings, { database, store, tree, systemNow, origin });
  if (signed !== undefined) return signed.lastOf(size);
  const { secret, logKeys: made } = settings;
  const head = { origin, size, root: await (await tree.stored()).root(size) };
  const signers = await new SigningKeys({ origin, secret, made, store }).signersKnown();
  return { ...head, note: signNote(checkpointText(head), signers) };
}
