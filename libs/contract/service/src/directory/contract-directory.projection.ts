import { foldContractFacts, noContractFacts, type ContractFacts } from '@smartkey/facts';
import type { ContractMessages } from '@smartkey/messages';
import type { Message } from '@smartkey/event-bus';
import { defined, searchable, type ContractId, type PlanChangeId } from '@smartkey/kernel';
import type { Projection } from '@smartkey/projections';
import { FIRST_MONTH_OF_TERMS, type Plan, type PlanFromMonth } from '@smartkey/terms';
import { TableRows } from '@smartkey/database';
import { isContractStream } from '../log/stored-events.ts';

/** What a contract is found by in the list. */
interface Entry {
  readonly facts: ContractFacts;
  readonly outcome: 'open' | 'rejected' | 'withdrawn' | 'accepted';
  readonly appliedPlan: Plan;
  readonly name: string;
  /** Missing where an application was published without it. */
  readonly iijIdContract?: string;
  readonly iijIdLost: boolean;
  /** The request that waits for its acceptance: a later one replaces it. */
  readonly request?: Pick<ContractMessages['PlanChangeRequested'], 'planChange' | 'fromMonth'>;
}

/** The entry once its request is accepted, replaced, withdrawn or lapsed; of another change it stays. */
function withoutRequest(entry: Entry, data: unknown): Entry {
  const { planChange } = data as { readonly planChange: PlanChangeId };
  if (entry.request?.planChange !== planChange) return entry;
  const { request: _request, ...rest } = entry;
  return rest;
}

/** Of the party only the name is looked for, which stands beside the facts. */
const withoutParty = ({ recipient: _recipient, ...facts }: ContractFacts): ContractFacts => facts;

/** A contract is found from its application on. */
function evolve(before: Entry | undefined, message: Message, contract: ContractId): Entry | undefined {
  if (message.type === 'ContractApplied') {
    const { plan, recipient, iijIdContract } = message.data as ContractMessages['ContractApplied'];
    const facts = withoutParty(foldContractFacts(before?.facts ?? noContractFacts(contract), message));
    const { name } = recipient;
    return defined({
      facts,
      outcome: 'open' as const,
      appliedPlan: plan,
      name,
      iijIdContract,
      iijIdLost: false,
    });
  }
  if (before === undefined) return undefined;
  const entry = { ...before, facts: withoutParty(foldContractFacts(before.facts, message)) };
  switch (message.type) {
    case 'ApplicationRejected':
      return { ...entry, outcome: 'rejected' };
    case 'ApplicationWithdrawn':
      return { ...entry, outcome: 'withdrawn' };
    case 'ContractAccepted':
      return { ...entry, outcome: 'accepted' };
    case 'ApplicantChanged':
      return { ...entry, name: (message.data as ContractMessages['ApplicantChanged']).recipient.name };
    case 'PlanChangeRequested': {
      const { planChange, fromMonth } = message.data as ContractMessages['PlanChangeRequested'];
      return { ...entry, request: { planChange, fromMonth } };
    }
    case 'PlanChangeAccepted':
    case 'PlanChangeReplaced':
    case 'PlanChangeWithdrawn':
    case 'PlanChangeLapsed':
      return withoutRequest(entry, message.data);
    case 'IijIdContractLost':
      return { ...entry, iijIdLost: true };
    case 'IijIdContractRegained':
      return { ...entry, iijIdLost: false };
    default:
      return entry;
  }
}

/** Each plan with the month from which it holds; the first one from the beginning of the terms, before which there is no contract. */
const plansOf = ({ facts, appliedPlan }: Entry): readonly PlanFromMonth[] => [
  { fromMonth: FIRST_MONTH_OF_TERMS, plan: facts.firstPlan ?? appliedPlan },
  ...facts.planChanges.map(({ fromMonth, plan }) => ({ fromMonth, plan })),
];

const CONTRACTS = new TableRows(
  'contract',
  {
    id: 'text',
    outcome: 'text',
    billing_start: 'text',
    last_day: 'text',
    plans: 'jsonb',
    name: 'text',
    iij_id_contract: 'text',
    iij_id_lost: 'boolean',
    request_month: 'text',
    quoted: 'boolean',
    entry: 'jsonb',
  },
  { onConflict: ['id'] },
);

const rowOf = (entry: Entry) => ({
  id: entry.facts.contract,
  outcome: entry.outcome,
  billing_start: entry.facts.billingStart,
  last_day: entry.facts.lastDay,
  plans: plansOf(entry),
  name: searchable(entry.name),
  iij_id_contract: entry.iijIdContract,
  iij_id_lost: entry.iijIdLost,
  request_month: entry.request?.fromMonth,
  quoted: entry.facts.quotes.length > 0,
  entry,
});

/** Finds contracts by status, plan, name, IIJ ID contract and what waits. Dates are kept, not what follows from them today. */
export const contractDirectoryProjection: Projection = {
  name: 'contract-directory',
  version: 4,
  sources: ['contract'],
  ddl: `
    create table contract (
      id text primary key,
      outcome text not null,
      billing_start text,
      last_day text,
      plans jsonb not null,
      name text not null,
      iij_id_contract text,
      iij_id_lost boolean not null,
      request_month text,
      quoted boolean not null,
      entry jsonb not null
    );
    create index contract_request on contract (id) where request_month is not null;
    create index contract_without_terms on contract (id)
      where outcome = 'accepted' and (billing_start is null or not quoted);
    create index contract_iij_id_contract on contract (iij_id_contract)`,

  async apply(tx, messages) {
    const ofContracts = messages.filter(({ stream }) => isContractStream(stream));
    const ids = [...new Set(ofContracts.flatMap(({ contract }) => contract ?? []))];
    const rows = await tx.query<{ id: ContractId; entry: Entry }>(
      'select id, entry from contract where id = any($1::text[])',
      [ids],
    );
    const entries = new Map(rows.map(({ id, entry }) => [id, entry]));
    for (const message of ofContracts) {
      const { contract } = message;
      const entry = contract && evolve(entries.get(contract), message, contract);
      if (entry) entries.set(entry.facts.contract, entry);
    }
    await CONTRACTS.insert(tx, [...entries.values()].map(rowOf));
  },
};
