import type { InvoiceBasis } from '@smartkey/billing-domain';
import type { Sql } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import type { Rated, RatedContract } from '../rating/rate-contracts.ts';
import { inputsOf } from './document-inputs.ts';
import { leavesOf } from './input-leaves.ts';
import type { PositionsRead } from './input-place.ts';
import type { LogHeads } from './log-heads.ts';

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

/** Each draft with a record of the events that it follows from, as they lie in the trees of their logs. @throws PeerUnavailableError */
export async function withRecord(
  {
    heads,
    sql,
    store,
  }: { readonly heads: Pick<LogHeads, 'at'>; readonly sql: Sql; readonly store: EventStore },
  rated: readonly RatedContract[],
  positions: PositionsRead,
): Promise<readonly RatedContract[]> {
  if (rated.every(({ drafts }) => drafts.length === 0)) return rated;
  const known = await heads.at(positions);
  if (known === undefined) return rated;
  const recorded = new Map<Rated, Rated>();
  for (const drafts of together(rated.flatMap((each) => each.drafts))) {
    const places = inputsOf(
      sql,
      store,
      positions,
      drafts.map(({ draft }) => draft),
    );
    const leaves = await leavesOf(places, drafts.length, known);
    for (const [n, draft] of drafts.entries())
      recorded.set(draft, { ...draft, recorded: await leaves[n]!.recorded() });
  }
  return rated.map((each) => ({ ...each, drafts: each.drafts.map((draft) => recorded.get(draft)!) }));
}
