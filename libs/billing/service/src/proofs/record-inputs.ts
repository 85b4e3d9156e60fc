import type { Invoice, InvoiceBasis, RecordedInputs } from '@smartkey/billing-domain';
import type { Sql } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import type { Rated, RatedContract } from '../rating/rate-contracts.ts';
import { inputsOf, leavesOfInputs, type FoundPages } from './document-inputs.ts';
import type { DocumentInputs, InputPlace, PositionsRead } from './input-place.ts';
import { headsBySource, isRenamed, type LogHeads, type SourceHeads } from './log-heads.ts';

/** Documents are recorded together up to so many accounts and successes: 40 bytes each are held at once. */
const MOST_TOGETHER = 100_000;

const measuredIn = ({ usedDays = [], successes = 0 }: InvoiceBasis): number =>
  usedDays.reduce((sum, [, accounts]) => sum + accounts, successes);

const weightOf = ({ draft: { basis } }: Rated): number =>
  [basis, ...(basis.again ?? [])].reduce((sum, each) => sum + measuredIn(each), 0);

function* together(drafts: readonly Rated[]): Generator<readonly Rated[]> {
  let group: Rated[] = [];
  let weight = 0;
  for (const draft of drafts) {
    const own = weightOf(draft);
    if (group.length > 0 && weight + own > MOST_TOGETHER) {
      yield group;
      [group, weight] = [[], 0];
    }
    group.push(draft);
    weight += own;
  }
  if (group.length > 0) yield group;
}

export interface RecordParts {
  readonly heads: Pick<LogHeads, 'at'>;
  readonly sql: Sql;
  readonly store: EventStore;
}

/** Each draft with a record of the events that it follows from, as they lie in the trees of their logs. @throws PeerUnavailableError */
export async function withRecord(
  { heads, sql, store }: RecordParts,
  rated: readonly RatedContract[],
  positions: PositionsRead,
): Promise<readonly RatedContract[]> {
  if (rated.every(({ drafts }) => drafts.length === 0)) return rated;
  const known = await heads.at(positions);
  if (known === undefined) return rated;
  const recorded = new Map<Rated, Rated>();
  for (const drafts of together(rated.flatMap((each) => each.drafts))) {
    const documents = drafts.map(({ draft }) => draft);
    const leaves = await leavesOfInputs(sql, store, positions, documents, known);
    for (const [n, draft] of drafts.entries())
      recorded.set(draft, { ...draft, recorded: await leaves[n]!.recorded() });
  }
  return rated.map((each) => ({ ...each, drafts: each.drafts.map((draft) => recorded.get(draft)!) }));
}

/** One document's events: those of every document, and what it alone follows from. */
export async function* inputsOfOne(
  { sql, store }: Pick<RecordParts, 'sql' | 'store'>,
  positions: PositionsRead,
  document: DocumentInputs,
  further: readonly InputPlace[],
): FoundPages {
  yield* inputsOf(sql, store, positions, [document]);
  yield further.map((place) => [0, place] as const);
}

async function recordUnder(
  heads: SourceHeads,
  { sql, store }: Pick<RecordParts, 'sql' | 'store'>,
  positions: PositionsRead,
  document: DocumentInputs,
  further: readonly InputPlace[],
): Promise<RecordedInputs | undefined> {
  const [leaves] = await leavesOfInputs(sql, store, positions, [document], heads);
  for (const place of further) leaves!.add(place);
  return leaves!.recorded();
}

/** The record of one document that is about to be issued; undefined where a log does not say how far it goes. @throws PeerUnavailableError */
export async function recordOf(
  parts: RecordParts,
  positions: PositionsRead,
  document: DocumentInputs,
  further: readonly InputPlace[],
): Promise<RecordedInputs | undefined> {
  const heads = await parts.heads.at(positions);
  return heads && (await recordUnder(heads, parts, positions, document, further));
}

/**
 * The record of an issued document as it comes to now, under the heads that it names; undefined where it has none.
 * @throws PeerUnavailableError where a log has lost an end, and its service does not say now which names its leaves bear.
 */
export async function recordedAgain(
  parts: RecordParts,
  document: Invoice,
  further: readonly InputPlace[] = [],
): Promise<RecordedInputs | undefined> {
  const { heads, count, root, positions } = document.inputs;
  if (heads === undefined || count === undefined || root === undefined) return undefined;
  const named = await withEarlierNames(parts.heads, headsBySource(heads), positions);
  const recorded = await recordUnder(named, parts, positions, document, further);
  // What a rebuilt ledger does not know the hashes of cannot be compared.
  return recorded ?? { heads, count, root };
}

/** A document names the head of each log alone. A log with a number behind its name has leaves that bear the names before it. */
async function withEarlierNames(
  logs: Pick<LogHeads, 'at'>,
  recorded: SourceHeads,
  positions: PositionsRead,
): Promise<SourceHeads> {
  if (![...recorded.values()].some(({ origin }) => isRenamed(origin))) return recorded;
  const now = await logs.at(positions);
  return new Map(
    [...recorded].map(([source, head]) => {
      const known = now?.get(source);
      return [source, known?.origin === head.origin ? { ...known, ...head } : head];
    }),
  );
}
