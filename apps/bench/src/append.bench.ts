import { createEventStore, type StreamAppend } from '@smartkey/event-store';
import { derivedUuid, SystemClock } from '@smartkey/identity';
import { systemActor } from '@smartkey/kernel';
import { chunks, type Figure, medianOf, rateOf } from './measure.ts';
import { withScratchServer } from './scratch.ts';

const SINGLE = 3_000;
const MANY = 20_000;

const appendOf = (n: number, kind: string): StreamAppend => ({
  stream: `account-${kind}-${n}`,
  expected: 'no-stream',
  stampedAt: '2018-01-01T00:00:00.000Z',
  events: [
    {
      id: derivedUuid(kind, n),
      type: 'IdRegistered',
      version: 1,
      occurredAt: '2018-01-01T00:00:00.000Z',
      data: { account: `rid_${n}`, contract: 'ctr_0', spell: 1, registeredOn: '2018-01-01' },
      metadata: { commandId: `${kind}-${n}`, actor: systemActor('bench') },
    },
  ],
});

/** Appends with expected revision, fence and hash, against a bare insert of a row as wide. */
export async function appendBench(): Promise<Figure[]> {
  return withScratchServer(async (server) => {
    const database = await server.database('append');
    const store = await createEventStore(database, new SystemClock());
    await database.script(
      'create table bare (n bigint primary key, stream text, revision int, id uuid, body jsonb, unique (stream, revision), unique (id))',
    );
    let n = 0;
    const bareInsert = () =>
      rateOf(SINGLE, async () => {
        for (let index = 0; index < SINGLE; index += 1) {
          n += 1;
          const { stream, events } = appendOf(n, 'bare');
          await database.execute('insert into bare values ($1, $2, 0, $3, $4::jsonb)', [
            n,
            stream,
            events[0]!.id,
            JSON.stringify(events[0]),
          ]);
        }
      });
    const append = () =>
      rateOf(SINGLE, async () => {
        for (let index = 0; index < SINGLE; index += 1) await store.append(appendOf((n += 1), 'one'));
      });
    const bareBatch = () =>
      rateOf(MANY, async () => {
        for (const chunk of chunks(MANY, 500)) {
          const rows = chunk.map(() => appendOf((n += 1), 'bare-many'));
          await database.execute(
            'insert into bare select n, s, 0, i, b from unnest($1::bigint[], $2::text[], $3::uuid[], $4::jsonb[]) as r (n, s, i, b)',
            [
              rows.map((_, index) => n - rows.length + index + 10_000_000),
              rows.map((row) => row.stream),
              rows.map((row) => row.events[0]!.id),
              rows.map((row) => JSON.stringify(row.events[0])),
            ],
          );
        }
      });
    const appendMany = () =>
      rateOf(MANY, async () => {
        for (const chunk of chunks(MANY, 500))
          await store.appendMany(chunk.map(() => appendOf((n += 1), 'many')));
      });
    return [
      {
        name: 'append, one event a call',
        unit: 'events',
        rate: await medianOf(3, append),
        limit: await medianOf(3, bareInsert),
        limitIs: 'bare single-row insert',
      },
      {
        name: 'append, 500 streams a call',
        unit: 'events',
        rate: await medianOf(3, appendMany),
        limit: await medianOf(3, bareBatch),
        limitIs: 'bare insert of 500 rows',
      },
    ];
  });
}
