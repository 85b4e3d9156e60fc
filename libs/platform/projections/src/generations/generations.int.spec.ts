import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, type DatabaseServer, migrate, openPglite } from '@smartkey/database';
import { GenerationGoneError, type MarkKey, MarkMovedError, Marks } from '../marks/marks.ts';
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
    return { generations, next, first: (await generations.live('words'))!, marks: new Marks(database) };
  }

  it('stays, tables and all, where it has begun to serve before it is cleared away', async () => {
    const { generations, next } = await two();
    const [seen] = await generations.others('words');
    expect(seen).toEqual(next);
    expect(await generations.swap(next)).toEqual([]);
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

  describe('that begins to serve', () => {
    const instant = '2018-02-01T00:00:00.000Z';
    const source = 'contract';

    /** The one that serves was promised something at place 7; the other, on the way there, was not. */
    async function promised(reached: bigint) {
      const made = await two();
      const { marks, first, next } = made;
      const [live, build] = [first, next].map(({ generation: consumer }) => ({
        consumer,
        source,
        partition: 0,
      })) as [MarkKey, MarkKey];
      for (const key of [live, build]) await marks.open(key);
      await marks.moveAlone(live, 0n, { position: 7n, watermark: instant });
      if (reached > 0n) await marks.moveAlone(build, 0n, { position: reached });
      return { ...made, live, build };
    }

    it('has been promised what the former was, for a broker tells a promise once', async () => {
      const { generations, next, marks, build } = await promised(7n);
      expect(await generations.swap(next)).toEqual([]);
      expect(await marks.read(build)).toEqual({ position: 7n, watermark: instant });
    });

    it('has not, and is not carried anything over to, where a source gave up what the former has read', async () => {
      const { generations, next, marks, build } = await promised(0n);
      const carryOver = (): Promise<void> => Promise.reject(new Error('carried over'));
      expect(await generations.swap(next, carryOver, (mark) => mark.source === source)).toEqual([]);
      expect(await marks.read(build)).toEqual({ position: 0n });
    });

    it('does not where the former has read more that was not given up: the sources are named', async () => {
      const { generations, next, first } = await promised(3n);
      expect(await generations.swap(next)).toEqual([source]);
      expect(await generations.live('words')).toEqual(first);
    });

    it('leaves the former no mark: what another instance takes in for it at that moment comes again', async () => {
      const { generations, next, marks, live } = await promised(7n);
      await generations.swap(next);
      await expect(marks.moveAlone(live, 7n, { position: 8n })).rejects.toBeInstanceOf(MarkMovedError);
      await expect(marks.read(live)).rejects.toBeInstanceOf(GenerationGoneError);
    });
  });
});
