import type { Sql } from '@smartkey/database';
import type { Message, ServiceName } from '@smartkey/event-bus';
import { groupBy } from '@smartkey/kernel';
import type { Projection } from '../projection.ts';

/** Facts folded from one stream, standing at a revision of it; -1 where nothing is known. */
export interface Revised {
  readonly revision: number;
}

/** A message as the bus brings it, or as its owner tells it directly. */
export type FactsMessage = Pick<Message, 'type' | 'revision' | 'contract' | 'data'>;

/** How the messages of one kind of stream become facts. */
export interface FactsFolding<Facts extends Revised> {
  readonly source: ServiceName;
  /** Streams are named `<prefix><id>`: `contract-` and a contract's id. */
  readonly streamPrefix: string;
  initial(id: string): Facts;
  /** Pure. A message at or before the revision reached changes nothing. */
  fold(facts: Facts, message: FactsMessage): Facts;
}

export interface FactsProjectionOptions<Facts extends Revised> extends FactsFolding<Facts> {
  readonly name: string;
  readonly version: number;
}

const UPSERT = `
  insert into facts (id, revision, facts)
  select id, revision, facts::jsonb from unnest($1::text[], $2::integer[], $3::text[]) as told (id, revision, facts)
  on conflict (id) do update set revision = excluded.revision, facts = excluded.facts
  where facts.revision < excluded.revision`;

/** Writes facts where they are newer than what is there. */
export async function upsertFacts(tx: Sql, facts: ReadonlyMap<string, Revised>): Promise<void> {
  const values = [...facts.values()];
  if (values.length === 0) return;
  await tx.execute(UPSERT, [
    [...facts.keys()],
    values.map((each) => each.revision),
    values.map((each) => JSON.stringify(each)),
  ]);
}

/** Holds the facts of some ids for the rest of the transaction. */
export async function lockFacts<Facts>(tx: Sql, ids: readonly string[]): Promise<Map<string, Facts>> {
  const rows = await tx.query<{ id: string; facts: Facts }>(
    'select id, facts from facts where id = any($1::text[]) order by id for update',
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.facts]));
}

/**
 * A projection that keeps the folded facts of each stream of a kind, by revision: what a service holds of another's
 * aggregates. `FactsStore` reads it, and writes into it what the owner tells directly.
 */
export function factsProjection<Facts extends Revised>(options: FactsProjectionOptions<Facts>): Projection {
  const { name, version, source, streamPrefix } = options;
  return {
    name,
    version,
    sources: [source],
    ddl: `create table facts (id text primary key, revision integer not null, facts jsonb not null)`,

    async apply(tx, messages) {
      const own = messages.filter(({ stream }) => stream.startsWith(streamPrefix));
      const byId = groupBy(own, ({ stream }) => stream.slice(streamPrefix.length));
      const ids = [...byId.keys()];
      if (ids.length === 0) return;
      const before = await lockFacts<Facts>(tx, ids);
      const after = new Map<string, Facts>();
      for (const [id, told] of byId) {
        const from = before.get(id) ?? options.initial(id);
        const facts = told.reduce((state, message) => options.fold(state, message), from);
        if (facts.revision > from.revision) after.set(id, facts);
      }
      await upsertFacts(tx, after);
    },

    async carryOver(tx, from, to) {
      await tx.execute(
        `insert into ${to}.facts select id, revision, facts from ${from}.facts
         on conflict (id) do update set revision = excluded.revision, facts = excluded.facts
         where facts.revision < excluded.revision`,
      );
    },
  };
}
