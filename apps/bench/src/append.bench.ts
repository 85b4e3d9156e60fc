import { createEventStore, type StreamAppend } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import type { CountedServer } from './counted-server.ts';
import { registrationOf } from './generated-log.ts';
import { chunks, type Figure, type Load, loadOf } from './measure.ts';
import { withScratchServer } from './scratch.ts';

/** Appends in a call, and rows in a bare statement. */
const TOGETHER = 500;
/** Pieces that the project's own and the bare work are done in by turns: what disturbs one disturbs the other. */
const TURNS = 5;

/** The columns of the log's table for an append: what a bare insert of the very row is given. */
const rowOf = (n: number, { stream, events: [event] }: StreamAppend): readonly string[] => [
  String(n),
  stream,
  event!.id,
  event!.type,
  JSON.stringify(event!.data),
  JSON.stringify(event!.metadata),
  event!.occurredAt!,
];
const HASH = `decode(repeat('5a', 32), 'hex')`;

/** Appends with expected revision, fence and hash, beside bare inserts of the same row into a table with the same columns and keys. */
export async function appendBench(scale: {
  readonly single: number;
  readonly many: number;
}): Promise<Figure[]> {
  return withScratchServer(async (server) => {
    const database = await server.database('append');
    const store = await createEventStore(database, new SystemClock());
    await database.script('create table bare (like event_log including all)');
    let n = 0;
    const bareSingle = async (count: number) => {
      for (let index = 0; index < count; index += 1)
        await database.execute(
          `insert into bare values ($1::bigint, $2, 0, $3::uuid, $4, 1, $5::jsonb, $6::jsonb, $7::timestamptz, $7::timestamptz, ${HASH})`,
          rowOf((n += 1), registrationOf(n, 'bare')),
        );
    };
    const single = async (count: number) => {
      for (let index = 0; index < count; index += 1) await store.append(registrationOf((n += 1), 'one'));
    };
    const bareMany = async (count: number) => {
      for (const chunk of chunks(count, TOGETHER)) {
        const rows = chunk.map(() => rowOf((n += 1), registrationOf(n, 'bare-many')));
        await database.execute(
          `insert into bare select p, s, 0, i, t, 1, d, m, o, o, ${HASH}
           from unnest($1::bigint[], $2::text[], $3::uuid[], $4::text[], $5::jsonb[], $6::jsonb[], $7::timestamptz[]) as r (p, s, i, t, d, m, o)`,
          Array.from({ length: 7 }, (_, column) => rows.map((row) => row[column])),
        );
      }
    };
    const many = async (count: number) => {
      for (const chunk of chunks(count, TOGETHER))
        await store.appendMany(chunk.map(() => registrationOf((n += 1), 'many')));
    };
    return [
      {
        name: 'append, one event a call',
        unit: 'events',
        ...(await byTurns(server, scale.single, single, bareSingle)),
        limitIs: 'bare insert of the same row',
      },
      {
        name: `append, ${TOGETHER} streams a call`,
        unit: 'events',
        ...(await byTurns(server, scale.many, many, bareMany)),
        limitIs: `bare insert of the same ${TOGETHER} rows`,
      },
    ];
  });
}

async function byTurns(
  server: CountedServer,
  total: number,
  own: (count: number) => Promise<void>,
  bare: (count: number) => Promise<void>,
): Promise<{ readonly rate: number; readonly limit: number; readonly load: Load }> {
  const count = Math.ceil(total / TURNS);
  const [owns, bares]: [Load[], Load[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn += 1) {
    bares.push(await loadOf(server, () => bare(count)));
    owns.push(await loadOf(server, () => own(count)));
  }
  const load = together(owns);
  return { rate: (count * TURNS) / load.seconds, limit: (count * TURNS) / together(bares).seconds, load };
}

const together = (loads: readonly Load[]): Load => ({
  seconds: loads.reduce((sum, { seconds }) => sum + seconds, 0),
  peakMegabytes: Math.max(...loads.map(({ peakMegabytes }) => peakMegabytes)),
  transactions: loads.reduce((sum, { transactions }) => sum + transactions, 0),
});
