import type { InvoiceBasis } from '@smartkey/billing-domain';
import type { Sql } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import type { ContractId } from '@smartkey/kernel';
import { pagesBehind, Turns } from '@smartkey/lifecycle';
import type { Plan } from '@smartkey/terms';
import { readUpTo } from '../ledger/as-read.ts';
import { successPlacesOf, type SuccessPlace } from '../ledger/success-places.ts';
import {
  hexOf,
  wasReadBy,
  type DocumentInputs,
  type InputPlace,
  type NumberedPlace,
  type PositionsRead,
} from './input-place.ts';
import { InputLeaves } from './input-leaves.ts';
import type { SourceHeads } from './log-heads.ts';
import { spellLeaves, type MeasuredDays } from './spell-leaves.ts';
import { spellPlaces, type RegistryRead } from './spell-places.ts';

/** Streams of billing's own log that hold for all contracts. */
const SETTINGS = ['policies-billing', 'issuer-billing'];

/** So many leaves between two looks at the clock. */
const AT_ONCE = 512;
/** Rows of contracts' messages read at once. */
const ROWS = 5_000;

/** Places that were read together: there may be a hundred for each document, and a promise for each costs more than its hash. */
export type FoundPages = AsyncGenerator<Iterable<NumberedPlace>>;

/**
 * The events that documents follow from, each with the number of its document, in no order that matters: of the contract's stream all that
 * were read; registrations, ends, corrections and voids of the spells that meet its windows, or the successes in them, whichever its plan
 * measures; policies, issuer and the contract's profile. An account's spell is there with all its versions that were read, where any of them
 * meets the window. A handful of statements, however many the documents.
 */
export async function* inputsOf(
  sql: Sql,
  store: Pick<EventStore, 'readStreams'>,
  positions: PositionsRead,
  documents: readonly DocumentInputs[],
): FoundPages {
  yield* inputsBesideSpells(sql, store, positions, documents);
  const enterprise = spansOf(documents, 'enterprise');
  if (enterprise.length > 0)
    for await (const found of spellPlaces(sql, enterprise, registryRead(positions)))
      yield found.map(([n, place]) => [enterprise[n]!.document, place]);
}

/**
 * The same as leaves, in the order of the documents.
 * @param heads of the logs, which their trees are known by.
 */
export async function leavesOfInputs(
  sql: Sql,
  store: Pick<EventStore, 'readStreams'>,
  positions: PositionsRead,
  documents: readonly DocumentInputs[],
  heads: SourceHeads,
): Promise<readonly InputLeaves[]> {
  const turns = new Turns();
  const leaves = documents.map(() => new InputLeaves(heads));
  const add = async (page: Iterable<NumberedPlace>): Promise<void> => {
    let count = 0;
    for (const [document, place] of page) {
      leaves[document]!.add(place);
      if ((count += 1) % AT_ONCE === 0) await turns.next();
    }
  };
  for await (const page of inputsBesideSpells(sql, store, positions, documents)) await add(page);
  const enterprise = spansOf(documents, 'enterprise');
  const registry = heads.get('device-registry');
  if (enterprise.length === 0 || registry === undefined) return leaves;
  for await (const page of spellLeaves(sql, enterprise, registryRead(positions), registry)) {
    for (const { n, leaves: made, unknown } of page.leaves) {
      leaves[enterprise[n]!.document]!.addMade('device-registry', made, unknown);
      await turns.next();
    }
    await add(page.places.map(([n, place]) => [enterprise[n]!.document, place]));
  }
  return leaves;
}

async function* inputsBesideSpells(
  sql: Sql,
  store: Pick<EventStore, 'readStreams'>,
  positions: PositionsRead,
  documents: readonly DocumentInputs[],
): FoundPages {
  const wasRead = wasReadBy(positions);
  const contracts = documents.map(({ contract }) => contract);
  for await (const found of contractPlaces(sql, contracts, readUpTo(positions, 'contract')))
    yield found.filter(([, place]) => wasRead(place));
  const provider = spansOf(documents, 'service-provider');
  if (provider.length > 0)
    for await (const found of successPlacesOf(sql, provider)) yield readSuccesses(found, provider, wasRead);
  yield await ownPlaces(store, contracts, readUpTo(positions, 'billing'));
}

function* readSuccesses(
  found: Iterable<readonly [n: number, place: SuccessPlace]>,
  wanted: readonly Span[],
  wasRead: RegistryRead['wasRead'],
): Generator<NumberedPlace> {
  for (const [n, { account, ...success }] of found) {
    const place: InputPlace = { source: 'authentication', stream: `authentication-${account}`, ...success };
    if (wasRead(place)) yield [wanted[n]!.document, place];
  }
}

interface Span extends MeasuredDays {
  readonly document: number;
}

/** The days of each month that was rated by a plan; two that share days are of one month, and count once. */
function spansOf(documents: readonly DocumentInputs[], plan: Plan): Span[] {
  return documents.flatMap(({ contract, basis: { again = [], ...own } }, document) => {
    const windows = [own, ...again].flatMap(({ plan: its, window, usedDays = [] }: InvoiceBasis) => {
      const accounts = usedDays.reduce((sum, [, each]) => sum + each, 0);
      return its === plan && window !== undefined ? [{ days: window, accounts }] : [];
    });
    windows.sort((a, b) => (a.days.from < b.days.from ? -1 : 1));
    return windows
      .filter(({ days }, index) => index === 0 || days.from > windows[index - 1]!.days.to)
      .map((each) => ({ contract, ...each, document }));
  });
}

function registryRead(positions: PositionsRead): RegistryRead {
  const wasRead = wasReadBy(positions);
  const furthest = readUpTo(positions, 'device-registry');
  const own = Object.entries(positions).filter(([partition]) => partition.startsWith('device-registry/'));
  const nearest = own.map(([, position]) => BigInt(position)).reduce((a, b) => (a < b ? a : b), furthest);
  return { furthest, nearest, wasRead };
}

interface MessagePlace {
  /** Of the contract among those that are asked for, from 1 on. */
  readonly n: number;
  readonly revision: number;
  readonly position: bigint;
  readonly hash: Uint8Array | null;
}

async function* contractPlaces(
  sql: Sql,
  contracts: readonly ContractId[],
  upTo: bigint,
): AsyncGenerator<readonly NumberedPlace[]> {
  const read = (after: readonly [number, number]): Promise<readonly MessagePlace[]> =>
    sql.query<MessagePlace>(
      `select w.n::integer as n, m.* from unnest($1::text[]) with ordinality as w (contract, n)
       cross join lateral (
         select revision, position, hash from contract_message
         where contract = w.contract and position <= $2::bigint and revision > case when w.n = $3::integer then $4::integer else -1 end
         order by revision limit ${ROWS}
       ) as m
       where w.n >= $3 order by w.n, m.revision limit ${ROWS}`,
      [contracts, upTo, ...after],
    );
  const placeOf = ({ n, revision }: MessagePlace): readonly [number, number] => [n, revision];
  for await (const rows of pagesBehind({ size: ROWS, from: [0, -1], read, placeOf }))
    yield rows.map(({ n, revision, position, hash }): NumberedPlace => {
      const stream = `contract-${contracts[n - 1]!}`;
      return [n - 1, { source: 'contract', stream, revision, position, hash: hexOf(hash) }];
    });
}

async function ownPlaces(
  store: Pick<EventStore, 'readStreams'>,
  contracts: readonly ContractId[],
  upTo: bigint,
): Promise<readonly NumberedPlace[]> {
  const streams = await store.readStreams([
    ...SETTINGS,
    ...contracts.map((contract) => `profile-${contract}`),
  ]);
  const places = streams.map((events) =>
    events
      .filter(({ position }) => position <= upTo)
      .map(({ stream, revision, position, hash }) => ({
        source: 'billing' as const,
        stream,
        revision,
        position,
        hash,
      })),
  );
  const settings = places.slice(0, SETTINGS.length).flat();
  return places
    .slice(SETTINGS.length)
    .flatMap((profile, document) =>
      [...settings, ...profile].map((place): NumberedPlace => [document, place]),
    );
}
