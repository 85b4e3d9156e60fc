import {
  evolveDated,
  nextDue,
  undated,
  type ContractEvent,
  type DatedState,
} from '@smartkey/contract-domain';
import type { Message } from '@smartkey/event-bus';
import type { Fact } from '@smartkey/kernel';
import type { Projection } from '@smartkey/projections';

/** A published message, seen as the event it tells of: the dated facts are published whole. */
const factOf = (message: Message): Fact<ContractEvent> => message as unknown as Fact<ContractEvent>;

/** When each contract next changes by itself: a pure function of its dated facts. */
export const scheduleProjection: Projection = {
  name: 'contract-schedule',
  version: 1,
  sources: ['contract'],
  ddl: `
    create table dated (contract text primary key, state jsonb not null, next_due timestamptz);
    create index dated_next_due on dated (next_due) where next_due is not null`,

  async apply(tx, messages) {
    const contracts = [...new Set(messages.flatMap(({ contract }) => contract ?? []))];
    const known = await tx.query<{ contract: string; state: DatedState }>(
      'select contract, state from dated where contract = any($1::text[])',
      [contracts],
    );
    const states = new Map(known.map(({ contract, state }) => [contract, state]));
    for (const message of messages)
      if (message.contract !== undefined)
        states.set(message.contract, evolveDated(states.get(message.contract) ?? undated, factOf(message)));
    const after = [...states];
    await tx.execute(
      `insert into dated (contract, state, next_due)
       select contract, state::jsonb, next_due
       from unnest($1::text[], $2::text[], $3::timestamptz[]) as folded (contract, state, next_due)
       on conflict (contract) do update set state = excluded.state, next_due = excluded.next_due`,
      [
        after.map(([contract]) => contract),
        after.map(([, state]) => JSON.stringify(state)),
        after.map(([, state]) => nextDue(state) ?? null),
      ],
    );
  },
};
