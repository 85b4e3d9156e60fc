import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openPglite, type Database, type DatabaseServer } from '@smartkey/database';
import { createEventStore, type PostgresEventStore } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { TestClock } from '@smartkey/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { checkpointSettings, ProvedLog } from '../index.ts';
import { checkpointText } from '../note/checkpoint.ts';
import { cosignedAt } from '../note/cosignature.ts';
import { noteSigner, parseVerifier, verifierText } from '../note/note-key.ts';
import { parseNote, signNote } from '../note/signed-note.ts';
import { CompactRange } from '../tree/compact-range.ts';
import { leafHash, nodeHash, type Hash } from '../tree/tree-hashes.ts';
import { serveWitness, type RunningWitness } from './witness-server.ts';
import { Witness, WitnessStateError } from './witness.ts';

const NAME = 'witness.example/w1';
const ORIGIN = 'smartkey.example/billing';
const SIGNER = noteSigner(ORIGIN, Buffer.alloc(32, 7));
const LOG = pino({ level: 'silent' });

let folder: string;
let known: string;
let now: number;
const open = (name = NAME): Promise<Witness> =>
  Witness.open({ folder: join(folder, 'witness'), name, logs: () => Promise.resolve(known), now: () => now });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smartkey-witness-'));
  known = `${verifierText(SIGNER.verifier)}\n`;
  now = 1_704_200_000;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const leaves = Array.from({ length: 8 }, (_, n) => leafHash(`leaf ${n}`));
function rootOf(hashes: readonly Hash[]): Hash {
  const range = new CompactRange();
  for (const hash of hashes) range.push(hash);
  return range.root();
}
const noteOf = (size: number, root = rootOf(leaves.slice(0, size)), signer = SIGNER): string =>
  signNote(checkpointText({ origin: signer.verifier.name, size, root }), [signer]);
const request = (old: number, proof: readonly Hash[], note: string): string =>
  `old ${old}\n${proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')}\n${note}`;
/** That 4 leaves begin with 2, and 8 with 4 (RFC 6962, 2.1.2). */
const FROM_2_TO_4 = [rootOf(leaves.slice(2, 4))];
const FROM_4_TO_8 = [rootOf(leaves.slice(4, 8))];
const FROM_3_TO_4 = [leaves[2]!, leaves[3]!, nodeHash(leaves[0]!, leaves[1]!)];

describe('a witness (C2SP tlog-witness)', () => {
  it('says when it saw a checkpoint that begins with what it has seen', async () => {
    const witness = await open();
    for (const [old, size, proof] of [
      [0, 3, []],
      [3, 4, FROM_3_TO_4],
      [4, 8, FROM_4_TO_8],
      [8, 8, []],
    ] as const) {
      const note = noteOf(size);
      const { status, text } = await witness.add(request(old, proof, note));
      expect([status, cosignedAt(parseNote(`${note}${text}`), parseVerifier(witness.verifier))]).toEqual([
        200,
        now,
      ]);
    }
  });

  it.each([
    ['of which it has seen another size', 409, () => request(2, FROM_2_TO_4, noteOf(4)), '3\n'],
    ['that was rewritten', 422, () => request(3, [], noteOf(4)), undefined],
    ['whose proof is of another log', 422, () => request(3, FROM_3_TO_4, noteOf(4, rootOf([]))), undefined],
    ['that has the same size and another root', 409, () => request(3, [], noteOf(3, rootOf([]))), '3\n'],
    ['that is smaller than the old one', 400, () => request(3, [], noteOf(2)), undefined],
    [
      'of a log that it does not look at',
      404,
      () => request(0, [], noteOf(3, undefined, noteSigner('other.example/x', Buffer.alloc(32)))),
      undefined,
    ],
    [
      'signed by a key that is not the log’s',
      403,
      () => request(3, FROM_3_TO_4, noteOf(4, undefined, noteSigner(ORIGIN, Buffer.alloc(32)))),
      undefined,
    ],
    ['without a proof’s end', 400, () => 'old 3\n', undefined],
    ['with an old size that is none', 400, () => `old 03\n\n${noteOf(4)}`, undefined],
    ['with a hash that is none', 400, () => `old 3\nabc\n\n${noteOf(4)}`, undefined],
    ['that is no note', 400, () => 'old 3\n\nnothing', undefined],
  ])('refuses one %s', async (_what, status, make, told) => {
    const witness = await open();
    expect(await witness.add(request(0, [], noteOf(3)))).toMatchObject({ status: 200 });
    const before = await readFile(join(folder, 'witness', 'seen.json'), 'utf8');
    const answer = await witness.add(make());
    expect(answer.status).toBe(status);
    if (told !== undefined) expect(answer.text).toBe(told);
    expect(await readFile(join(folder, 'witness', 'seen.json'), 'utf8')).toBe(before);
  });

  it('knows what it has seen after it was started again, and keeps it before it answers', async () => {
    const key = (await open()).verifier;
    await (await open()).add(request(0, [], noteOf(4)));
    const again = await open();
    expect(again.verifier).toBe(key);
    expect(await again.add(request(0, [], noteOf(8)))).toEqual({ status: 409, text: '4\n' });
  });

  it('that lost what it has seen, or its key, does not go on under its name', async () => {
    await (await open()).add(request(0, [], noteOf(4)));
    await expect(open('witness.example/w2')).rejects.toThrow(WitnessStateError);
    for (const file of await readdir(join(folder, 'witness'))) {
      const path = join(folder, 'witness', file);
      const content = await readFile(path);
      await rm(path);
      await expect(open()).rejects.toThrow(/under a new name/);
      await writeFile(path, content);
    }
    await rm(join(folder, 'witness'), { recursive: true });
    expect((await open('witness.example/w2')).verifier).toContain('witness.example/w2+');
  });
});

describe('a log that a witness sees', () => {
  let server: DatabaseServer;
  let schemas = 0;
  let database: Database;
  let store: PostgresEventStore;
  let running: RunningWitness | undefined;
  let witness: Witness;
  let url: string;
  let count: number;

  beforeAll(async () => {
    server = await openPglite(undefined);
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    database = await server.database(`witnessed_${(schemas += 1)}`);
    store = await createEventStore(database, new TestClock());
    count = 0;
    witness = await open();
    running = await serveWitness(witness, { host: '127.0.0.1', port: 0, log: LOG, metrics: new Registry() });
    ({ url } = running);
  });
  afterEach(() => running?.stop());

  async function proved(): Promise<ProvedLog> {
    const settings = checkpointSettings(
      {
        SMARTKEY_SYSTEM_NAME: 'smartkey.example',
        SMARTKEY_CHECKPOINT_DIR: join(folder, 'kept'),
        SMARTKEY_WITNESS_URL: url,
        SMARTKEY_WITNESS_KEY: witness.verifier,
      },
      { secret: Buffer.alloc(32, 5) },
    );
    const log = await ProvedLog.open({
      service: 'billing',
      database,
      store,
      settings,
      log: LOG,
      metrics: new Registry(),
    });
    known = `${(await log.keys())[0]!.key}\n`;
    return log;
  }
  const append = async (events: number): Promise<void> => {
    for (let n = 0; n < events; n += 1) {
      await store.append({
        stream: 'count-1',
        expected: 'any',
        events: [
          {
            id: derivedUuid(schemas, count),
            type: 'Counted',
            version: 1,
            data: { n: (count += 1) },
            metadata: { actor: { role: 'system', key: 'billing' }, commandId: `cmd_${count}` },
            occurredAt: new TestClock().now(),
          },
        ],
      });
    }
  };
  const seenAt = (note: string): number | undefined =>
    cosignedAt(parseNote(note), parseVerifier(witness.verifier));

  it('has its cosignature in each checkpoint, in the database and outside', async () => {
    const log = await proved();
    await append(3);
    const first = await log.sign();
    expect([first!.size, first!.witnessedAt, seenAt(first!.note)]).toEqual([3, now, now]);
    now += 60;
    await append(300);
    const last = await log.sign();
    expect([last!.size, seenAt(last!.note)]).toEqual([303, now]);
    const [file] = await readdir(join(folder, 'kept'));
    expect(await readFile(join(folder, 'kept', file!), 'utf8')).toBe(last!.note);
    expect(await log.witnessed()).toMatchObject({ first: { size: 3 }, last: { size: 303 } });
  });

  it('is signed while the witness is down, and seen once it is back, though it does not know how far the witness was told', async () => {
    const log = await proved();
    await append(2);
    await log.sign();
    await running!.stop();
    await append(3);
    await expect(log.sign()).rejects.toThrow('the witness cannot be reached');
    expect((await log.page(undefined, 5)).items[0]).toMatchObject({ size: 5, witnessedAt: null });
    running = await serveWitness(witness, {
      host: '127.0.0.1',
      port: Number(new URL(url).port),
      log: LOG,
      metrics: new Registry(),
    });
    await database.execute('UPDATE log_checkpoints SET witnessed_at = NULL');
    expect(await log.sign()).toMatchObject({ size: 5, witnessedAt: now });
  });

  it('counts as seen where an older database is put back beside the folder, though nothing is appended', async () => {
    const log = await proved();
    await append(3);
    await log.sign();
    await database.execute('DELETE FROM log_checkpoints');
    now += 60;
    expect(await log.witnessed()).toMatchObject({
      first: { size: 3 },
      last: { size: 3, witnessedAt: now - 60 },
    });
  });

  it('that went back whole, with the folder of its checkpoints, is named by the witness', async () => {
    const log = await proved();
    await append(4);
    await log.sign();
    // Yesterday's copy of database and folder: the same log, two events shorter, goes on with others.
    await database.script(
      'DELETE FROM event_log; DELETE FROM log_leaves; DELETE FROM log_checkpoints; UPDATE log_tree SET size = 0, position = 0',
    );
    await rm(join(folder, 'kept'), { recursive: true });
    await append(2);
    await expect((await proved()).sign()).rejects.toThrow('witness-disagrees');
    await append(6);
    await expect((await proved()).sign()).rejects.toThrow('witness-disagrees');
  });

  it('whose kept checkpoint is gone is signed again where the witness says that the last one is what it has seen', async () => {
    await (await proved()).sign();
    await append(3);
    await (await proved()).sign();
    await rm(join(folder, 'kept'), { recursive: true });
    await append(2);
    expect(await (await proved()).sign()).toMatchObject({ size: 5 });
    await rm(join(folder, 'kept'), { recursive: true });
    await running!.stop();
    await append(1);
    await expect((await proved()).sign()).rejects.toThrow('kept-missing');
  });

  it('names a witness that has forgotten what it cosigned, and one under its name with another key', async () => {
    const log = await proved();
    await append(2);
    await log.sign();
    const seen = join(folder, 'witness', 'seen.json');
    const yesterday = await readFile(seen);
    await append(2);
    await log.sign();
    await running!.stop();
    await writeFile(seen, yesterday);
    const port = Number(new URL(url).port);
    const options = { host: '127.0.0.1', port, log: LOG, metrics: new Registry() };
    running = await serveWitness(await open(), options);
    await append(1);
    await expect(log.sign()).rejects.toThrow('witness-forgot');
    await running.stop();
    await rm(join(folder, 'witness'), { recursive: true });
    running = await serveWitness(await open(), options);
    await append(1);
    await expect(log.sign()).rejects.toThrow(/witness-forgot|its key is another/);
  });

  it('goes on with another witness, to which it is new', async () => {
    await (await proved()).sign();
    await append(2);
    await (await proved()).sign();
    await running!.stop();
    await rm(join(folder, 'witness'), { recursive: true });
    witness = await open('witness.example/w2');
    running = await serveWitness(witness, { host: '127.0.0.1', port: 0, log: LOG, metrics: new Registry() });
    ({ url } = running);
    const log = await proved();
    const signed = await log.sign();
    expect([signed!.size, seenAt(signed!.note)]).toEqual([2, now]);
    await append(1);
    await log.sign();
    expect(await log.witnessed()).toMatchObject({ first: { size: 2 }, last: { size: 3 } });
  });

  it('is asked for its figures as any program is', async () => {
    await append(2);
    await (await proved()).sign();
    const text = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text();
    expect(await text('/metrics')).toContain('smartkey_witness_log_size{log="smartkey.example/billing"} 2');
    expect(await text('/metrics')).toContain('smartkey_witness_answers_total{status="200"} 1');
    expect([await text('/health/live'), await text('/health/ready'), await text('/key')]).toEqual([
      'ok\n',
      'ok\n',
      `${witness.verifier}\n`,
    ]);
  });
});
