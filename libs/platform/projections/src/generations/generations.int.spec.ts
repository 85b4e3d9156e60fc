import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, type DatabaseServer, migrate, openPglite } from '@smartkey/database';
import { GenerationGoneError, Marks } from '../marks/marks.ts';
import { ANCHOR_MIGRATION, PROJECTION_MIGRATION } from '../projection-tables.ts';
import type { Projection } from '../projection.ts';
import { type Generation, Generations } from './generations.ts';

const words: Projection = {
  name: 'words',
  version: 1,
  sources: ['contract'],
  ddl: 'create table words (stream text primary key)',
  apply: () => Promise.resolve(),
};

describe('a generation whose builder has lost the lock to another, and does not know', () => {
  let server: DatabaseServer;
  let schemas = 0;
  beforeAll(async () => {
    server = await openPglite(undefined);
  });
  afterAll(() => server.close());

  /** One that serves, and one that is being built beside it. */
  async function two() {
    const database: Database = await server.database(`service_${(schemas += 1)}`);
    await migrate(database, [PROJECTION_MIGRATION, ANCHOR_MIGRATION], 'runtime');
    const generations = new Generations(database, new Marks(database));
    await generations.enliven(await generations.create(words));
    const generation = await generations.create(words);
    const next: Generation = { generation, projection: 'words', version: 1, state: 'building' };
    return { generations, next, first: (await generations.live('words'))! };
  }

  it('stays, tables and all, where it has begun to serve before it is cleared away', async () => {
    const { generations, next } = await two();
    const [seen] = await generations.others('words');
    expect(seen).toEqual(next);
    expect(await generations.swap(next)).toBe(true);
    await generations.drop(seen!.generation);
    expect(await generations.live('words')).toEqual({ ...next, state: 'live' });
    expect(await generations.tables(next.generation).query('select * from words')).toEqual([]);
  });

  it('does not begin to serve where it was cleared away before; what serves goes on', async () => {
    const { generations, next, first } = await two();
    await generations.drop(next.generation);
    await expect(generations.swap(next)).rejects.toBeInstanceOf(GenerationGoneError);
    await expect(generations.enliven(next.generation)).rejects.toBeInstanceOf(GenerationGoneError);
    expect(await generations.live('words')).toEqual(first);
    expect(await generations.others('words')).toEqual([]);
  });
});
