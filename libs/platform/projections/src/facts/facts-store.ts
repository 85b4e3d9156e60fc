import type { ProjectionReader } from '../projection-reader.ts';
import {
  type FactsFolding,
  type FactsMessage,
  lockFacts,
  type Revised,
  upsertFacts,
} from './facts-projection.ts';

/** What a message that its owner told directly did: applied, known before, or not to be applied for others before it are missing. */
export type FactsIntake = 'applied' | 'known' | 'gap';

/** The facts that a `factsProjection` keeps: read, and written where the owner tells them faster than the bus does. */
export class FactsStore<Facts extends Revised> {
  constructor(
    private readonly reader: ProjectionReader,
    private readonly folding: Pick<FactsFolding<Facts>, 'initial' | 'fold'>,
  ) {}

  /** `undefined` where nothing is known of it here. */
  async one(id: string): Promise<Facts | undefined> {
    const [row] = await this.reader.sql.query<{ facts: Facts }>('select facts from facts where id = $1', [
      id,
    ]);
    return row?.facts;
  }

  /** Those of the ids that something is known of. */
  async many(ids: readonly string[]): Promise<ReadonlyMap<string, Facts>> {
    const rows = await this.reader.sql.query<{ id: string; facts: Facts }>(
      'select id, facts from facts where id = any($1::text[])',
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row.facts]));
  }

  /**
   * Takes in a message that its owner told directly. Idempotent with the bus, in either order.
   * @returns `gap` where messages before it are missing: nothing is changed, ask the owner for its facts and `put` them.
   */
  async apply(id: string, message: FactsMessage): Promise<FactsIntake> {
    return this.reader.change(async (tx) => {
      const facts = (await lockFacts<Facts>(tx, [id])).get(id) ?? this.folding.initial(id);
      if (message.revision <= facts.revision) return 'known';
      if (message.revision > facts.revision + 1) return 'gap';
      await upsertFacts(tx, new Map([[id, this.folding.fold(facts, message)]]));
      return 'applied';
    });
  }

  /** Takes over facts that the owner was asked for; older ones than known change nothing. */
  async put(id: string, facts: Facts): Promise<void> {
    await this.reader.change((tx) => upsertFacts(tx, new Map([[id, facts]])));
  }
}
