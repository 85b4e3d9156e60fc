import { evolveDated, nextDue, undated, type DatedEvent, type DatedState } from '@smartkey/contract-domain';
import type { Message } from '@smartkey/event-bus';
import type { DomainEvent, Fact, ContractId } from '@smartkey/kernel';
import type { ContractMessages } from '@smartkey/messages';
import type { Projection } from '@smartkey/projections';
import { TableRows } from '@smartkey/database';

/** The dated facts as this service publishes them. */
type DatedMessage = {
  [Type in DatedEvent['type']]: DomainEvent<Type, ContractMessages[Type]>;
}[DatedEvent['type']];

const DATED: ReadonlySet<string> = new Set<DatedEvent['type']>([
  'ContractAccepted',
  'BillingStartSet',
  'ServiceStarted',
  'PlanChangeRequested',
  'PlanChangeAccepted',
  'PlanChangeReplaced',
  'PlanChangeWithdrawn',
  'PlanChangeLapsed',
  'PlanChanged',
  'CancellationNotified',
  'CancellationCorrected',
  'CancellationVoided',
  'ContractTerminated',
]);

/** Whether a message tells of a dated fact: it then carries all that the fold asks for (compared by the types). */
const isDated = (message: Message): message is Message & Fact<DatedMessage> => DATED.has(message.type);

const SCHEDULE = new TableRows(
  'dated',
  { contract: 'text', state: 'jsonb', next_due: 'timestamptz' },
  { onConflict: ['contract'] },
);

/** When each contract next changes by itself: a pure function of its dated facts. */
export const scheduleProjection: Projection = {
  name: 'contract-schedule',
  version: 2,
  sources: ['contract'],
  ddl: `
    create table dated (contract text primary key, state jsonb not null, next_due timestamptz);
    create index dated_next_due on dated (next_due) where next_due is not null`,

  async apply(tx, messages) {
    const dated = messages.filter(isDated);
    const contracts = [...new Set(dated.flatMap(({ contract }) => contract ?? []))];
    if (contracts.length === 0) return;
    const known = await tx.query<{ contract: ContractId; state: DatedState }>(
      'select contract, state from dated where contract = any($1::text[])',
      [contracts],
    );
    const states = new Map(known.map(({ contract, state }) => [contract, state]));
    for (const message of dated)
      if (message.contract !== undefined)
        states.set(message.contract, evolveDated(states.get(message.contract) ?? undated, message));
    await SCHEDULE.insert(
      tx,
      [...states].map(([contract, state]) => ({ contract, state, next_due: nextDue(state) })),
    );
  },
};
