import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openPglite, type Database, type DatabaseServer } from '@smartkey/database';
import { createEventStore, LogWentBackError, type PostgresEventStore } from '@smartkey/event-store';
import { openKeyMaterial, openSecrets, type KeyMaterial } from '@smartkey/secrets';
import { TestClock } from '@smartkey/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { checkpointSettings, highestName, isSound, policyLines, ProvedLog } from '../index.ts';
import { parseCheckpoint } from '../note/checkpoint.ts';
import { parseVerifier } from '../note/note-key.ts';
import { parseNote, verifyNote } from '../note/signed-note.ts';
import { leafOf } from '../tree/leaf.ts';
import { appendCounted } from '../testing/counted.fixture.ts';
import { serveWitness, type RunningWitness } from '../witness/witness-server.ts';
import { Witness } from '../witness/witness.ts';
import type { LogRestored } from './log-keeping.events.ts';

const LOG = pino({ level: 'silent' });
const BASE = 'smartkey.example/billing';
const SECOND = `${BASE}/2`;

describe('a log whose loss was accepted', () => {
  let server: DatabaseServer;
  let folder: string;
  let database: Database;
  let store: PostgresEventStore;
  let material: KeyMaterial;
  let witness: Witness;
  let running: RunningWitness;
  /** What the witness is told. */
  let known: string;
  let count = 0;

  beforeAll(async () => {
    server = await openPglite(undefined);
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-restored-log-'));
    database = await server.database(`restored_${(count += 1)}`);
    store = await createEventStore(database, new TestClock());
    material = await openKeyMaterial({ dataDir: folder, env: {} });
    known = '';
    witness = await Witness.open({
      folder: join(folder, 'witness'),
      name: 'witness.example/w1',
      logs: () => Promise.resolve(known),
    });
    running = await serveWitness(witness, { host: '127.0.0.1', port: 0, log: LOG, metrics: new Registry() });
  });
  afterEach(async () => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const settings = () =>
    checkpointSettings(
      {
        SMARTKEY_SYSTEM_NAME: 'smartkey.example',
        SMARTKEY_CHECKPOINT_DIR: join(folder, 'kept'),
        SMARTKEY_WITNESS_URL: running.url,
        SMARTKEY_WITNESS_KEY: witness.verifier,
      },
      { secret: material.lookupKey, logKeys: material.logKeys! },
    );
  const opened = async (): Promise<ProvedLog> => {
    const { subjectKeys } = await openSecrets({ database, service: 'billing', material });
    return ProvedLog.open({
      service: 'billing',
      database,
      store,
      settings: settings(),
      log: LOG,
      metrics: new Registry(),
      keeping: { subjectKeys, clock: new TestClock() },
    });
  };
  const append = () => appendCounted(store, (count += 1));
  const knowAll = async (log: ProvedLog) =>
    void (known = (await log.keys()).map(({ key }) => `${key}\n`).join(''));
  /** The last events go, with their leaves and what was signed of them, as where an older copy is put back. */
  async function lose(events: number): Promise<void> {
    const kept = Number((await database.query('SELECT 1 AS n FROM event_log')).length) - events;
    await database.execute(
      'DELETE FROM event_log WHERE position IN (SELECT position FROM event_log ORDER BY position DESC LIMIT $1)',
      [events],
    );
    await database.execute('DELETE FROM log_leaves WHERE index >= $1', [kept]);
    await database.execute('DELETE FROM log_checkpoints WHERE size > $1', [kept]);
    await database.execute(
      'UPDATE log_tree SET size = least(size, $1), position = coalesce((SELECT max(position) FROM log_leaves), 0)',
      [kept],
    );
  }
  async function accept(): Promise<void> {
    await store.standing.enter([{ reader: 'somebody', detail: 'has read more' }], await store.last());
    await store.standing.propose('佐藤 花子', 'The volume is gone.');
    await store.standing.accept('鈴木 一郎', undefined, { above: await highestName(settings(), BASE) });
  }
  const told = async () =>
    (await store.readStream('log-billing')).filter(({ type }) => type === 'LogRestored');
  const lossIn = async (n = 0) => (await told())[n]!.data as LogRestored['data'];
  const kept = (origin: string) =>
    readFile(join(folder, 'kept', `${origin.replaceAll('/', '_')}.checkpoint`), 'utf8');
  const leaves = async (): Promise<readonly string[]> =>
    (await database.query<{ hash: Uint8Array }>('SELECT hash FROM log_leaves ORDER BY index')).map(
      ({ hash }) => Buffer.from(hash).toString('hex'),
    );

  it('says so first, is sound, and is signed and witnessed under its new name; what was kept keeps the old', async () => {
    let log = await opened();
    await knowAll(log);
    for (let n = 0; n < 5; n += 1) await append();
    await log.sign();
    const before = await kept(BASE);
    const old = await leaves();
    await lose(2);
    await accept();
    // The process dies here.
    await expect(append()).rejects.toBeInstanceOf(LogWentBackError);
    log = await opened();
    expect(await store.standing.since()).toBeUndefined();
    const [event] = (await store.readAll({ after: 0n, limit: 10 })).events.slice(3);
    expect(event).toMatchObject({
      stream: 'log-billing',
      type: 'LogRestored',
      data: { log: SECOND, oldOrigin: BASE, oldSize: 5, keptSize: 3, incarnation: 2, oldNote: before },
    });
    expect(JSON.stringify(event!.data)).not.toMatch(/花子|一郎|volume/);
    await append();

    expect(isSound(await log.audit())).toBe(true);
    expect(await log.doubt()).toBeUndefined();
    await knowAll(log);
    const signed = await log.sign();
    expect(signed).toMatchObject({ size: 5, witnessedAt: expect.any(Number) });
    const { origin } = parseCheckpoint(parseNote(signed!.note).text);
    expect(origin).toBe(SECOND);
    expect(await kept(SECOND)).toBe(signed!.note);
    // What was signed of what is lost stays outside, for whoever asks.
    expect(await kept(BASE)).toBe(before);
    expect((await leaves()).slice(0, 3)).toEqual(old.slice(0, 3));
    const { events } = await store.readAll({ after: 0n, limit: 10 });
    expect(await leaves()).toEqual(
      events.map((each, n) => Buffer.from(leafOf(n < 3 ? BASE : SECOND, each)).toString('hex')),
    );
    const audited = await log.audit();
    expect(isSound(audited)).toBe(true);
    expect(audited.tree).toMatchObject({ origin: SECOND, size: 5, checkpoint: { size: 5 } });

    const keys = await log.keys();
    expect(keys.map((key) => key.log)).toEqual([BASE, SECOND]);
    verifyNote(parseNote(before), [parseVerifier(keys[0]!.key)]);
    expect(policyLines(keys)).toEqual(keys.map(({ key }) => `log ${key}`));
    expect(await log.witnessed()).toMatchObject({
      origin: SECOND,
      first: { size: 5 },
      restored: [String(event!.position)],
    });
    const head = (await store.last())!.position;
    expect(await log.headAt(head, new AbortController().signal)).toMatchObject({
      origin: SECOND,
      earlier: [{ origin: BASE, before: String(event!.position) }],
    });
    expect(await log.headAt(events[2]!.position, new AbortController().signal)).toMatchObject({
      origin: BASE,
      size: 3,
    });
  });

  it('signs what was kept, where no checkpoint covers it, before the old name ends', async () => {
    const log = await opened();
    await append();
    await log.sign().catch(() => undefined);
    for (let n = 0; n < 3; n += 1) await append();
    await database.execute('DELETE FROM event_log WHERE position = (SELECT max(position) FROM event_log)');
    await accept();
    await log.restore();
    const { oldNote, oldSize, keptSize } = await lossIn();
    expect([oldSize, keptSize]).toEqual([3, 3]);
    const [first] = await log.keys();
    verifyNote(parseNote(oldNote), [parseVerifier(first!.key)]);
    expect(parseCheckpoint(parseNote(oldNote).text)).toMatchObject({ origin: BASE, size: 3 });
  });

  it('goes on by what it has said, where it is cut off behind that, and says it once', async () => {
    const log = await opened();
    await append();
    await append();
    await lose(1);
    await accept();
    await log.restore();
    // As in a store that has no transaction with the database: the event is there, the state is not over.
    await store.standing.enter(
      [{ reader: 'the log, which does not tell of its loss yet', detail: '' }],
      undefined,
    );
    await expect(append()).rejects.toBeInstanceOf(LogWentBackError);
    await opened();
    expect(await told()).toHaveLength(1);
    await append();
    expect(isSound(await (await opened()).audit())).toBe(true);
  });

  it('takes a further name with each loss, also above the names that it has lost itself', async () => {
    const log = await opened();
    for (let n = 0; n < 4; n += 1) await append();
    await lose(1);
    await accept();
    await log.restore();
    await append();
    await knowAll(log);
    await log.sign();
    // It loses what told of the first loss, and with it the list of its incarnations.
    await lose(3);
    await database.execute('DELETE FROM log_incarnations');
    await accept();
    await log.restore();
    expect(await lossIn()).toMatchObject({ log: `${BASE}/3`, oldOrigin: BASE, keptSize: 2 });
    await append();
    await knowAll(log);
    expect(await log.sign()).toMatchObject({ size: 4 });
    expect(isSound(await log.audit())).toBe(true);
    await lose(1);
    await accept();
    await log.restore();
    expect(await lossIn(1)).toMatchObject({
      log: `${BASE}/4`,
      oldOrigin: `${BASE}/3`,
      oldSize: 4,
      keptSize: 3,
    });
    await append();
    expect(isSound(await log.audit())).toBe(true);
    expect((await log.keys()).map((key) => key.log)).toEqual([BASE, `${BASE}/3`, `${BASE}/4`]);
    expect(await readdir(join(folder, 'kept'))).toHaveLength(3);
  });

  it('restored by a version before keeps its name until its next loss, and is sound', async () => {
    const log = await opened();
    await append();
    await database.execute(
      `INSERT INTO log_incarnations (number, id, kept_position, proposed_by, accepted_by, reason)
       VALUES (2, gen_random_uuid(), 0, 'anna', 'ben', 'before')`,
    );
    await append();
    await knowAll(log);
    expect(await log.sign()).toMatchObject({ size: 2 });
    expect(await log.origin()).toBe(BASE);
    expect(isSound(await log.audit())).toBe(true);
    await lose(1);
    await accept();
    await log.restore();
    expect(await lossIn()).toMatchObject({ log: `${BASE}/3`, oldOrigin: BASE, oldSize: 2, keptSize: 1 });
    expect(isSound(await log.audit())).toBe(true);
  });
});
