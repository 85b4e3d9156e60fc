import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { migrate, openPglite, type Database, type DatabaseServer } from '@smartkey/database';
import { TransientError } from '@smartkey/lifecycle';
import { untilSeen } from '@smartkey/testing';
import { pino } from 'pino';
import { billingMigrations } from '../billing.migrations.ts';
import type { InvoiceLog, LoggedInvoice } from '../log/invoice-log.ts';
import { ctr } from '../testing/logs.fixture.ts';
import type { InvoiceProofs, ReadyProof, WrittenLines } from './invoice-proofs.ts';
import { ProofFiles } from './proof-files.ts';
import { ProofJobStore } from './proof-job.store.ts';
import { ProofJobs } from './proof-jobs.ts';
import { ShownEvents } from './shown-events.ts';

const contract = ctr('a');
const DOCUMENT = { invoice: { number: 'SK-000000001', contract } } as LoggedInvoice;
/** A part each. */
const TEXTS = Array.from({ length: 6 }, (_, n) => `${String(n).repeat(600_000)}\n`);

let server: DatabaseServer;
let database: Database;
let schemas = 0;
let running: ProofJobs | undefined;
/** How the writing goes; by the number of the text. */
let before: (text: number) => void;
let begunAt: number[];

beforeAll(async () => {
  server = await openPglite(undefined);
});
afterAll(() => server.close());
beforeEach(async () => {
  database = await server.database(`proofs_${(schemas += 1)}`);
  await migrate(database, billingMigrations);
  before = () => {};
  begunAt = [];
});
afterEach(() => running?.stop());

const shown = new ShownEvents();
for (let position = 1n; position <= 6n; position += 1n) shown.add(position);
const READY = {
  number: DOCUMENT.invoice.number,
  logs: [{ source: 'billing', log: {}, old: [], shown }],
} as unknown as ReadyProof;

const PROOFS = {
  again: () => Promise.resolve(READY),
  async *written(_ready: ReadyProof, from?: WrittenLines['place']): AsyncGenerator<WrittenLines> {
    begunAt.push(from?.event ?? 0);
    for (let n = from?.event ?? 0; n < TEXTS.length; n += 1) {
      await pause(1);
      before(n);
      const isLast = n === TEXTS.length - 1;
      yield { text: TEXTS[n]!, events: 1, place: { log: isLast ? 2 : 0, event: n + 1, leaf: n, lines: n } };
    }
  },
} as unknown as InvoiceProofs;

/** A process of the service. */
function process(): ProofJobs {
  const jobs = new ProofJobs({
    database,
    jobs: new ProofJobStore(database),
    files: new ProofFiles(database, {
      seal: (bytes: Uint8Array) => Promise.resolve(Buffer.from(bytes).toString('base64')),
      open: (text: string) => Promise.resolve(Buffer.from(text, 'base64')),
    } as never),
    proofs: PROOFS,
    invoices: { find: () => Promise.resolve(DOCUMENT) } as unknown as InvoiceLog,
    clock: { now: () => '2024-02-01T00:00:00.000Z' },
    log: pino({ level: 'silent' }),
  });
  jobs.start();
  running = jobs;
  return jobs;
}

interface Row {
  readonly state: string;
  readonly parts: number;
  readonly tries: number;
}
const untilRow = async (is: (row: Row) => boolean): Promise<Row> => {
  const rows = () => database.query<Row>('select state, parts, tries from proof_job');
  return (await untilSeen(rows, ([row]) => row !== undefined && is(row)))[0]!;
};
const wholeOf = async (jobs: ProofJobs, id: `prf_${string}`): Promise<string> => {
  const parts: Uint8Array[] = [];
  const job = await jobs.find(id, { role: 'contractor', contract } as never);
  for await (const part of jobs.lines(job)) parts.push(part);
  return Buffer.concat(parts).toString();
};

describe('a proof that is written behind its answer', () => {
  it('goes on behind its last part where a process ended, and comes to the same lines', async () => {
    before = (n) => {
      if (n === 3) throw new TransientError('the process ended here');
    };
    const first = process();
    const { id } = await first.ask(DOCUMENT, READY, '');
    await untilRow(({ parts }) => parts === 3);
    await first.stop();
    before = () => {};
    const second = process();
    await untilRow(({ state }) => state === 'finished');
    expect(begunAt.at(-1)).toBe(3);
    expect(await wholeOf(second, id)).toBe(TEXTS.join(''));
    const bytes = TEXTS.join('').length;
    expect(await second.find(id, { role: 'auditor' } as never)).toMatchObject({ done: 6, events: 6, bytes });
  });

  it('is given up after five tries that come to nothing, and not for what passes by itself', async () => {
    before = () => {
      throw new Error('a fault of ours');
    };
    await new ProofJobStore(database).begin({
      id: 'prf_1',
      number: DOCUMENT.invoice.number,
      contract,
      logs: [],
      events: 6,
      since: '',
    });
    await database.execute('update proof_job set tries = 4');
    process();
    const { tries } = await untilRow((row) => row.tries === 5);
    expect(tries).toBe(5);
    await running!.stop();
    process();
    await untilRow(({ state }) => state === 'failed');
    expect(begunAt).toEqual([0]);
  });

  it('is written once for the same checkpoints, three at most for a contract, and kept for a time', async () => {
    before = () => {
      throw new TransientError('not yet');
    };
    const jobs = process();
    const { id } = await jobs.ask(DOCUMENT, READY, '');
    expect((await jobs.ask(DOCUMENT, READY, '')).id).toBe(id);
    await jobs.ask(DOCUMENT, READY, 'billing:1');
    await jobs.ask(DOCUMENT, READY, 'billing:2');
    await expect(jobs.ask(DOCUMENT, READY, 'billing:3')).rejects.toMatchObject({ status: 409 });
    await jobs.stop();
    await database.execute(`update proof_job set state = 'finished', ended_at = now() - interval '8 days'`);
    await new ProofJobStore(database).clear();
    expect(await database.query('select 1 from proof_job')).toEqual([]);
    await expect(jobs.find(id, { role: 'operator' } as never)).rejects.toMatchObject({ status: 404 });
  });
});
