import type { ServiceMonth } from '@smartkey/calendar';
import type { EventStore } from '@smartkey/event-store';
import type { ContractId, RunId } from '@smartkey/kernel';
import type { ContractFacts } from '@smartkey/facts';
import type { ProjectionReader } from '@smartkey/projections';
import { billedIn, billedOf, type Billed } from '../documents/billed.query.ts';
import { profileIn, profilesAsOf } from '../billing-profile/profiles-as-of.query.ts';
import { profilesRead } from '../billing-profile/profiles-up-to-date.ts';
import { measureContracts } from '../rating/measure-contracts.ts';
import { documentsToCorrect } from '../rating/documents-to-correct.ts';
import { rateContracts, type RatedContract, type RatingRun } from '../rating/rate-contracts.ts';
import type { LogHeads } from '../proofs/log-heads.ts';
import { withRecord } from '../proofs/record-inputs.ts';
import { blockedBy, blockOf, positionsRead, type Blocked } from '../ledger/completeness.ts';
import { unansweredOf, type LatePlace } from '../ledger/late-facts.query.ts';
import {
  acceptedContracts,
  factsOfContracts,
  type PlaceOfAcceptance,
} from '../ledger/contract-facts.query.ts';
import type { SeriesInUse } from '../losses/document-series.ts';
import type { SharedSeal } from '@smartkey/secrets';

/** Contracts looked at together, and months of theirs rated from one snapshot: what is issued between is bounded by both. */
const PAGE = 250;
const MONTHS = 250;

/** What the documents of a page are drawn up from. */
export interface DrawingParts {
  readonly ledger: ProjectionReader;
  readonly documents: ProjectionReader;
  readonly profiles: ProjectionReader;
  readonly store: EventStore;
  /** For department and address of recipients. */
  readonly parties: SharedSeal;
  /** How far the logs go that documents follow from. */
  readonly heads: Pick<LogHeads, 'at'>;
}

/** Contracts that are closed together, with the documents drawn up for them. */
export interface ClosePage {
  readonly facts: readonly ContractFacts[];
  readonly billed: ReadonlyMap<ContractId, Billed>;
  readonly rated: ReadonlyMap<ContractId, RatedContract>;
  readonly blocked: Blocked;
  readonly positions: Readonly<Record<string, string>>;
  /** Late facts in view that no close has answered. */
  readonly late: readonly LatePlace[];
}

/** What a run goes by, the same for all contracts. */
interface ReadByRun extends RatingRun {
  readonly month: ServiceMonth;
  /** Position of billing's log. */
  readonly profilesAt: bigint;
  readonly run: RunId;
  readonly inUse: SeriesInUse;
}

/** The contracts behind a place in the order of acceptance, drawn up, with the place of the last of them. */
export async function pageAfter(
  parts: DrawingParts,
  run: ReadByRun,
  after: PlaceOfAcceptance | undefined,
): Promise<(ClosePage & { readonly last: PlaceOfAcceptance }) | undefined> {
  const accepted = await acceptedContracts(parts.ledger.sql, after, PAGE);
  if (accepted.length === 0) return undefined;
  const page = await ratePage(
    parts,
    run,
    accepted.map(({ contract }) => contract),
  );
  return { ...page, last: accepted[page.facts.length - 1]! };
}

/** As many of the contracts as their months allow, in their order, at least one. */
async function ratePage(
  parts: DrawingParts,
  run: ReadByRun,
  contracts: readonly ContractId[],
): Promise<ClosePage> {
  const billed = await billedOf(parts.documents.sql, contracts);
  const profiles = await profilesAsOf(parts.profiles.sql, parts.parties, contracts, run.profilesAt);
  const { measured, ...read } = await parts.ledger.snapshot(async (sql, _watermarks, parked, positions) => {
    const all = await factsOfContracts(sql, contracts);
    const blocked = blockedBy(parked);
    const free = all.filter(({ contract }) => blockOf(blocked, contract) === undefined);
    const toRate = free.map((each) => ({
      facts: each,
      billed: billedIn(billed, each.contract),
      profile: profileIn(profiles, each.contract),
    }));
    const measured = await measureContracts(sql, toRate, {
      closing: run.month,
      overtaken: true,
      settings: run.settings,
      parties: parts.parties,
      most: MONTHS,
    });
    const next = free[measured.length];
    const facts = next === undefined ? all : all.slice(0, all.indexOf(next));
    const read = { ...positionsRead(positions), ...profilesRead(run.profilesAt) };
    const late = await unansweredOf(
      sql,
      measured.map((each) => each.facts.contract),
    );
    return { facts, billed, blocked, measured, positions: read, late };
  });
  const { documents, made } = await documentsToCorrect(parts, measured, run);
  const rated = withheld(await rateContracts(measured, documents, { ...run, made }), run.inUse);
  const { heads, ledger, store } = parts;
  const recorded = await withRecord({ heads, sql: ledger.sql, store }, rated, read.positions);
  return { ...read, rated: new Map(recorded.map((each) => [each.contract, each])) };
}

/** Until a person has decided what becomes of documents that may be lost, none is issued that might be one of them again. */
const withheld = (rated: readonly RatedContract[], { undecided }: SeriesInUse): readonly RatedContract[] =>
  undecided === undefined
    ? rated
    : rated.map((each) =>
        each.drafts.length === 0
          ? each
          : {
              ...each,
              drafts: [],
              parked: {
                code: 'document-lost',
                detail: `The log lost its end (incarnation ${undecided}): its documents may have been issued. Look for them, then begin a new series.`,
              },
            },
      );
