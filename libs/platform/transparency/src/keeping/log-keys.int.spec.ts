import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openPglite, type Database, type DatabaseServer } from '@smartkey/database';
import { createEventStore, type PostgresEventStore } from '@smartkey/event-store';
import { addLogKey, openKeyMaterial, openSecrets, type KeyMaterial } from '@smartkey/secrets';
import { TestClock } from '@smartkey/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { checkpointSettings, isSound, policyLines, ProvedLog, rotateLogKey } from '../index.ts';
import { checkpointText } from '../note/checkpoint.ts';
import { cosignedAt } from '../note/cosignature.ts';
import { noteSigner, parseVerifier } from '../note/note-key.ts';
import { parseNote, signNote } from '../note/signed-note.ts';
import { appendCounted } from '../testing/counted.fixture.ts';
import { serveWitness, type RunningWitness } from '../witness/witness-server.ts';
import { Witness } from '../witness/witness.ts';

const LOG = pino({ level: 'silent' });
const ORIGIN = 'smartkey.example/billing';
const DAY = 86_400_000;
const DECISION = { by: '佐藤 花子', reason: 'The server room was open.' };

describe('the key of a log that is changed', () => {
  let server: DatabaseServer;
  let folder: string;
  let database: Database;
  let store: PostgresEventStore;
  let material: KeyMaterial;
  let witness: Witness;
  let running: RunningWitness;
  /** What the witness is told. */
  let known: string;
  let now: number;
  let count = 0;
  const keyFile = (): string => join(folder, 'keys.json');

  beforeAll(async () => {
    server = await openPglite(undefined);
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-log-keys-'));
    database = await server.database(`keys_${(count += 1)}`);
    store = await createEventStore(database, new TestClock());
    material = await openKeyMaterial({ dataDir: folder, env: {} });
    now = Date.parse('2024-01-02T03:04:05.678Z');
    known = '';
    witness = await Witness.open({
      folder: join(folder, 'witness'),
      name: 'witness.example/w1',
      logs: () => Promise.resolve(known),
      now: () => Math.floor(now / 1_000),
    });
    running = await serveWitness(witness, { host: '127.0.0.1', port: 0, log: LOG, metrics: new Registry() });
  });
  afterEach(async () => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const settings = (witnessed = true) =>
    checkpointSettings(
      {
        SMARTKEY_SYSTEM_NAME: 'smartkey.example',
        SMARTKEY_CHECKPOINT_DIR: join(folder, 'kept'),
        ...(witnessed && {
          SMARTKEY_WITNESS_URL: running.url,
          SMARTKEY_WITNESS_KEY: witness.verifier,
        }),
      },
      { secret: material.lookupKey, logKeys: material.logKeys! },
    );
  const opened = (witnessed = true): Promise<ProvedLog> =>
    ProvedLog.open({
      service: 'billing',
      database,
      store,
      settings: settings(witnessed),
      log: LOG,
      metrics: new Registry(),
      systemNow: () => now,
    });
  const append = () => appendCounted(store, (count += 1));
  const rotate = async (make: (() => Promise<Uint8Array>) | null = () => addLogKey(keyFile(), ORIGIN)) => {
    const { subjectKeys } = await openSecrets({ database, service: 'billing', material });
    const { secret, logKeys } = settings(false);
    return rotateLogKey(
      {
        store,
        subjectKeys,
        now: new TestClock().now(),
        systemNow: now,
        keys: { origin: ORIGIN, secret, made: logKeys },
        make: make ?? undefined,
      },
      DECISION,
    );
  };
  const signers = (note: string): readonly string[] =>
    parseNote(note)
      .signatures.filter(({ name }) => name === ORIGIN)
      .map(({ id }) => id);
  const idOf = (key: string): string => parseVerifier(key).id;
  const keysOf = async (log: ProvedLog) => (await log.keys()).map(({ key }) => key);
  const knowAll = async (log: ProvedLog) =>
    void (known = (await keysOf(log)).map((key) => `${key}\n`).join(''));

  it('signs first, beside the former for 30 days, and alone from then on; the witness takes each of them that it knows', async () => {
    const log = await opened();
    await knowAll(log);
    await append();
    await log.sign();
    const rotated = await rotate();
    const [first, second] = await keysOf(log);
    expect(rotated).toMatchObject({
      log: ORIGIN,
      replaces: first,
      key: second,
      from: '2024-01-02T03:04:05Z',
      retiresAt: '2024-02-01T03:04:05Z',
    });
    // The witness does not know it yet: the former one's line is enough.
    const both = await log.sign();
    expect(signers(both!.note)).toEqual([idOf(second!), idOf(first!)]);
    expect(both!.witnessedAt).toBe(Math.floor(now / 1_000));
    now += 30 * DAY;
    await append();
    await expect(log.sign()).rejects.toThrow('403');
    await knowAll(log);
    const alone = await log.sign();
    expect(signers(alone!.note)).toEqual([idOf(second!)]);
    expect(cosignedAt(parseNote(alone!.note), parseVerifier(witness.verifier))).toBe(Math.floor(now / 1_000));
    expect(isSound(await log.audit())).toBe(true);
    expect(await log.witnessed()).toMatchObject({ first: { size: 1 }, last: { size: 3 } });
    expect(policyLines(await log.keys())).toEqual([
      `log ${first}`,
      `retired ${ORIGIN}+${idOf(first!)} ${Date.parse('2024-02-01T03:04:05Z') / 1_000}`,
      `log ${second}`,
    ]);
  });

  it('is recorded in the log, with who and why sealed', async () => {
    await opened();
    await rotate();
    const [event] = await store.readStream('log-billing');
    expect(event).toMatchObject({ type: 'LogKeyRotated', revision: 0, data: { log: ORIGIN } });
    expect(JSON.stringify(event!.data)).not.toContain('花子');
    expect(JSON.stringify(event!.data)).not.toContain(DECISION.reason);
  });

  it('goes on with the key that was kept where it was cut off behind that, and makes no other', async () => {
    const log = await opened(false);
    await append();
    await log.sign();
    await expect(
      rotate(async () => {
        await addLogKey(keyFile(), ORIGIN);
        throw new Error('cut off');
      }),
    ).rejects.toThrow('cut off');
    // Nobody signs with what the log does not name.
    await append();
    expect(signers((await log.sign())!.note)).toHaveLength(1);
    const kept = (await material.logKeys!()).get(ORIGIN)!;
    const { key } = await rotate(() => Promise.reject(new Error('it was made before')));
    expect(key).toBe((await keysOf(log)).at(-1));
    expect((await material.logKeys!()).get(ORIGIN)).toEqual(kept);
    expect(signers((await log.sign())!.note)).toHaveLength(2);
  });

  it('is put into the environment first, where the keys come from there', async () => {
    await opened(false);
    await expect(rotate(null)).rejects.toThrow(`${ORIGIN}=<key> in front of SMARTKEY_LOG_KEYS`);
    const given = await openKeyMaterial({
      dataDir: folder,
      env: {
        SMARTKEY_ENCRYPTION_KEYS: Buffer.alloc(32, 1).toString('base64'),
        SMARTKEY_LOOKUP_KEY: Buffer.alloc(32, 2).toString('base64'),
        SMARTKEY_INTERNAL_TOKEN: 'a'.repeat(32),
        SMARTKEY_LOG_KEYS: `${ORIGIN}=${Buffer.alloc(32, 4).toString('base64')}, ${ORIGIN}=${Buffer.alloc(32, 3).toString('base64')}`,
      },
    });
    expect((await given.logKeys!()).get(ORIGIN)).toEqual([Buffer.alloc(32, 4), Buffer.alloc(32, 3)]);
    await expect(
      openKeyMaterial({
        dataDir: folder,
        env: {
          SMARTKEY_ENCRYPTION_KEYS: Buffer.alloc(32, 1).toString('base64'),
          SMARTKEY_LOOKUP_KEY: Buffer.alloc(32, 2).toString('base64'),
          SMARTKEY_INTERNAL_TOKEN: 'a'.repeat(32),
          SMARTKEY_LOG_KEYS: `${ORIGIN}=short`,
        },
      }),
    ).rejects.toThrow('SMARTKEY_LOG_KEYS');
  });

  it('is named where it is lost, and replaced by another', async () => {
    const log = await opened(false);
    const before = await readFile(keyFile());
    await append();
    await rotate();
    await log.sign();
    await writeFile(keyFile(), before);
    await append();
    await expect(log.sign()).rejects.toThrow('key-missing');
    const { tree } = await log.audit();
    expect(tree!.breaks).toMatchObject([{ kind: 'key-missing' }]);
    await rotate();
    // The first one signs with it: its 30 days are not over.
    expect(signers((await log.sign())!.note)).toHaveLength(2);
    expect(isSound(await log.audit())).toBe(true);
  });

  it('cannot be given by whoever owns the database: what it names is not signed with, and what that signed is none', async () => {
    const log = await opened(false);
    await append();
    const { size, note } = (await log.sign())!;
    const thief = noteSigner(ORIGIN, Buffer.alloc(32, 9));
    const forged = signNote(parseNote(note).text, [thief]);
    await database.execute('UPDATE log_checkpoints SET note = $1', [forged]);
    expect((await log.audit()).tree!.breaks).toMatchObject([{ kind: 'checkpoint-forged' }]);
    await database.execute('UPDATE log_checkpoints SET note = $1', [note]);
    expect(size).toBe(1);
    const twice = signNote(checkpointText({ origin: ORIGIN, size, root: Buffer.alloc(32) }), [thief, thief]);
    await writeFile(join(folder, 'kept', 'smartkey.example_billing.checkpoint'), twice);
    await expect(log.sign()).rejects.toThrow('kept-unreadable');
  });
});
