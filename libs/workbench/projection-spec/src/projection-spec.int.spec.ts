import { describe, expect, it } from '@jest/globals';
import type { Projection } from '@smartkey/projections';
import { expectProjection } from './projection-spec.ts';
import type { GivenMessage } from './scripted-logs.ts';

const counter: Projection = {
  name: 'counter',
  version: 1,
  sources: ['contract', 'billing'],
  ddl: 'CREATE TABLE counts (stream text PRIMARY KEY, n integer NOT NULL, last text NOT NULL)',
  async apply(tx, messages) {
    for (const { source, stream, data } of messages)
      await tx.execute(
        `INSERT INTO counts VALUES ($1, $2, $3)
         ON CONFLICT (stream) DO UPDATE SET n = counts.n + $2, last = $3`,
        [`${source}/${stream}`, (data as { by: number }).by, (data as { word: string }).word],
      );
  },
};
const given: readonly GivenMessage[] = Array.from({ length: 40 }, (_, index) => ({
  stream: `s${index % 7}`,
  type: 'Counted',
  data: { by: index, word: `w${index}` },
  ...(index % 3 === 0 ? { source: 'billing' } : {}),
}));
const rows = () => {
  const counts = new Map<string, { stream: string; n: number; last: string }>();
  for (const { source = 'contract', stream, data } of given) {
    const key = `${source}/${stream}`;
    const { by, word } = data as { by: number; word: string };
    counts.set(key, { stream: key, n: (counts.get(key)?.n ?? 0) + by, last: word });
  }
  return [...counts.values()].sort((a, b) => (a.stream < b.stream ? -1 : 1));
};

describe('a projection under every course of its messages', () => {
  it('passes where it folds in order per stream and forgets nothing', async () => {
    let courses = 0;
    await expectProjection(counter, given, async (sql) => {
      courses += 1;
      expect(await sql.query('SELECT stream, n, last FROM counts ORDER BY stream COLLATE "C"')).toEqual(
        rows(),
      );
    });
    expect(courses).toBe(4);
  });

  it('fails where the size of a batch matters', async () => {
    const perBatch: Projection = {
      ...counter,
      async apply(tx, messages) {
        const byStream = new Map(messages.map((message) => [message.stream, message]));
        await counter.apply(tx, [...byStream.values()]);
      },
    };
    await expect(
      expectProjection(perBatch, given, async (sql) => {
        expect(await sql.query('SELECT sum(n)::integer AS n FROM counts')).toEqual([{ n: 780 }]);
      }),
    ).rejects.toThrow('(messages in order, all at once)');
  });

  it('fails where the turns of the partitions matter', async () => {
    const lastOnly: Projection = {
      ...counter,
      async apply(tx, messages) {
        await counter.apply(
          tx,
          messages.map((message) => ({ ...message, source: 'contract', stream: 'the one' })),
        );
      },
    };
    await expect(
      expectProjection(lastOnly, given, async (sql) => {
        expect(await sql.query('SELECT n, last FROM counts')).toEqual([{ n: 780, last: 'w39' }]);
      }),
    ).rejects.toThrow('(messages ');
  });

  it('fails where a stream is parked', async () => {
    const refusing: Projection = { ...counter, apply: () => Promise.reject(new Error('cannot take it')) };
    await expect(expectProjection(refusing, given, () => Promise.resolve())).rejects.toThrow(
      'cannot take it',
    );
  });
});
