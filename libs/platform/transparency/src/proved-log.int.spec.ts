import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openPglite, openPostgres, type Database, type DatabaseServer } from '@smartkey/database';
import {
  createEventStore,
  hashOf,
  LogWentBackError,
  ZERO_HASH,
  type PostgresEventStore,
} from '@smartkey/event-store';
import type { NewEvent } from '@smartkey/kernel';
import { startPostgres, TestClock, type PostgresHarness } from '@smartkey/testing';
import { KeyRing, openSecrets } from '@smartkey/secrets';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import {
  adoptCheckpoint,
  checkpointSettings,
  LogContradictedError,
  OriginChangedError,
  ProvedLog,
  type CheckpointSettings,
  isSound,
} from './index.ts';
import { giveUpBeyond } from './log/give-up.ts';
import { parseCheckpoint } from './note/checkpoint.ts';
import { noteSigner, parseVerifier } from './note/note-key.ts';
import { parseNote, signNote, verifyNote } from './note/signed-note.ts';
import { leafOf } from './tree/leaf.ts';
import { EMPTY_ROOT, nodeHash, type Hash } from './tree/tree-hashes.ts';

const SECRET = Buffer.alloc(32, 5);
const ORIGIN = 'smartkey.example.jp/billing';
const QUIET = new AbortController().signal;

/** The definition (RFC 6962, 2.1), over all leaves at once. */
function rootOf(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

/** What a verifier does with a proof of consistency (RFC 9162, 2.1.4.2). @returns the two roots that it leads to. */
function rootsBy(proof: readonly Hash[], from: number, to: number, first: Hash): readonly [Hash, Hash] {
  if (from === to) return [first, first];
  const whole = (from & (from - 1)) === 0 ? [first, ...proof] : [...proof];
  let [fn, sn] = [from - 1, to - 1];
  while (fn % 2 === 1) [fn, sn] = [fn >> 1, sn >> 1];
  let [fr, sr] = [whole[0]!, whole[0]!];
  for (const node of whole.slice(1)) {
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [nodeHash(node, fr), nodeHash(node, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else sr = nodeHash(sr, node);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return [fr, sr];
}

let postgres: PostgresHarness;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const event = (n: number): NewEvent => ({
  id: randomUUID(),
  type: 'Counted',
  version: 1,
  data: { n, at: ['a', n] },
  metadata: { actor: { role: 'system', key: 'billing' }, commandId: `cmd_${n}` },
  occurredAt: new TestClock().now(),
});

/** A line of a proof. */
type ShownLine =
  | { readonly type: 'node'; readonly level: number; readonly index: string; readonly hash: string }
  | { readonly type: 'event'; readonly index: string; readonly previous: string };

interface Opened {
  readonly database: Database;
  readonly store: PostgresEventStore;
  readonly folder: string;
  readonly metrics: Registry;
  proved: ProvedLog;
}

const settingsOf = ({ folder }: Opened, system = 'smartkey.example.jp'): CheckpointSettings =>
  checkpointSettings({ SMARTKEY_SYSTEM_NAME: system, SMARTKEY_CHECKPOINT_DIR: folder }, { secret: SECRET });

async function reopened(log: Opened, system?: string): Promise<ProvedLog> {
  return ProvedLog.open({
    service: 'billing',
    database: log.database,
    store: log.store,
    settings: settingsOf(log, system),
    log: pino({ level: 'silent' }),
    metrics: log.metrics,
  });
}

const append = ({ store }: Opened, stream: string, from: number, count: number) =>
  store.append({
    stream,
    expected: from === 0 ? 'no-stream' : from - 1,
    events: Array.from({ length: count }, (_, n) => event(from + n)),
  });

describe.each([
  ['PGlite', () => openPglite(undefined)],
  ['PostgreSQL', async () => openPostgres(await postgres.createDatabase())],
])('a log with a tree and checkpoints on %s', (_adapter, open: () => Promise<DatabaseServer>) => {
  let server: DatabaseServer;
  let log: Opened;
  let schemas = 0;

  beforeAll(async () => {
    server = await open();
  });
  afterAll(() => server.close());

  beforeEach(async () => {
    schemas += 1;
    const database = await server.database(`log_${schemas}`);
    const store = await createEventStore(database, new TestClock());
    const folder = join(await mkdtemp(join(tmpdir(), 'smartkey-checkpoints-')), 'kept');
    log = { database, store, folder, metrics: new Registry() } as unknown as Opened;
    log.proved = await reopened(log);
  });
  afterEach(() => rm(join(log.folder, '..'), { recursive: true, force: true }));

  const kept = async (): Promise<string> => {
    const [file] = await readdir(log.folder);
    return readFile(join(log.folder, file!), 'utf8');
  };
  const adopt = async () => {
    const { subjectKeys } = await openSecrets({
      database: log.database,
      service: 'billing',
      material: { keyEncryption: new KeyRing([Buffer.alloc(32, 7)]), source: 'a test' },
    });
    return adoptCheckpoint(
      { ...log, settings: settingsOf(log), subjectKeys, now: new TestClock().now() },
      { by: '佐藤 花子', reason: 'a volume was mounted anew' },
    );
  };
  const breaks = async () => {
    const { breaks: streams, tree } = await log.proved.audit();
    return [...streams.map(({ kind }) => kind), ...tree!.breaks.map(({ kind }) => kind)];
  };

  it('signs how far it goes, outside its database, so that only its owner reads it', async () => {
    expect(await log.proved.sign()).toBeUndefined();
    await append(log, 'count-1', 0, 3);
    const signed = await log.proved.sign();
    expect(signed).toMatchObject({ size: 3, note: await kept() });
    const note = parseNote(signed!.note);
    verifyNote(note, [parseVerifier((await log.proved.keys())[0]!.key)]);
    const { events } = await log.store.readAll({ after: 0n, limit: 10 });
    expect(parseCheckpoint(note.text)).toEqual({
      origin: ORIGIN,
      size: 3,
      root: rootOf(events.map((each) => leafOf(ORIGIN, each))),
    });
    const [file] = await readdir(log.folder);
    expect((await stat(join(log.folder, file!))).mode & 0o777).toBe(0o600);
    expect(await log.proved.sign()).toEqual(signed);
    expect(await breaks()).toEqual([]);
  });

  it('has the root and the proofs of the definition over several widths of stored nodes', async () => {
    const sizes = [1, 255, 256, 257, 512, 700];
    for (const [n, size] of sizes.entries()) {
      const from = sizes[n - 1] ?? 0;
      await append(log, 'count-1', from, size - from);
      await log.proved.sign();
    }
    const { events } = await log.store.readAll({ after: 0n, limit: 1_000 });
    const leaves = events.map((each) => leafOf(ORIGIN, each));
    const { items } = await log.proved.page(undefined, 10);
    expect(items.map(({ size }) => size)).toEqual([...sizes].reverse());
    for (const { size, note } of items)
      expect(parseCheckpoint(parseNote(note).text).root).toEqual(rootOf(leaves.slice(0, size)));
    for (const from of sizes)
      for (const to of sizes.filter((each) => each >= from)) {
        const hashes = await log.proved.consistency(from, to);
        const first = rootOf(leaves.slice(0, from));
        const proof = hashes!.map((hash) => Buffer.from(hash, 'base64'));
        expect(rootsBy(proof, from, to, first)).toEqual([first, rootOf(leaves.slice(0, to))]);
      }
    expect(await log.proved.consistency(700, 256)).toBeUndefined();
    expect(await log.proved.consistency(2, 256)).toBeUndefined();
    expect(await breaks()).toEqual([]);
    expect(await log.proved.page(512, 2)).toMatchObject({ items: [{ size: 257 }, { size: 256 }], next: 256 });
  });

  it('shows events from all over it with a few statements, and what stands between them', async () => {
    const size = 1_100;
    await append(log, 'count-1', 0, size);
    await log.proved.sign();
    const { events } = await log.store.readAll({ after: 0n, limit: size });
    const leaves = events.map((each) => leafOf(ORIGIN, each));
    const partOf = async (indexes: readonly number[], splits: readonly number[]) => {
      const before = server.statements;
      const { lines, next } = await log.proved.proofPart({
        size,
        from: 0,
        splits,
        events: indexes.map((index) => ({ position: String(events[index]!.position), as: 'input' })),
        toEnd: true,
      });
      expect(next).toBe(size);
      let at = 0;
      for (const text of lines) {
        const line = JSON.parse(text) as ShownLine;
        const width = line.type === 'node' ? 2 ** line.level : 1;
        expect(Number(line.index) * width).toBe(at);
        if (line.type === 'event') {
          expect(line).toMatchObject({ hash: events[at]!.hash, event: { id: events[at]!.id } });
          expect(line.previous).toBe(events[at - 1]?.hash ?? ZERO_HASH);
        } else expect(line.hash).toBe(Buffer.from(rootOf(leaves.slice(at, at + width))).toString('hex'));
        for (const split of splits) expect(at < split && split < at + width).toBe(false);
        at += width;
      }
      expect(at).toBe(size);
      return server.statements - before;
    };
    const fewTiles = Array.from({ length: 100 }, (_, n) => n * 11);
    expect(await partOf(fewTiles, [3, 257, 1_025])).toBeLessThan(6);
    // More than are read at once.
    await partOf(
      Array.from({ length: 600 }, (_, n) => n + 450),
      [800],
    );
  });

  it('ends with what is kept of it where its loss is accepted, though another event came at the place of a lost one', async () => {
    await append(log, 'count-1', 0, 5);
    await log.proved.sign();
    const page = await log.store.readAll({ after: 0n, limit: 10 });
    const head = page.events[3]!;
    const other = { ...head, hash: 'ab'.repeat(32) };
    const given = [...page.events.slice(0, 3), other];
    const store = Object.assign(Object.create(log.store) as PostgresEventStore, {
      readAll: ({ after }: { readonly after: bigint }) => {
        const events = given.filter(({ position }) => position > after);
        return Promise.resolve({ ...page, events });
      },
    });
    await giveUpBeyond(other.position, log.database, store);
    const [tree] = await log.database.query('SELECT size, position FROM log_tree');
    expect(tree).toEqual({ size: 3n, position: page.events[2]!.position });
    expect((await log.database.query('SELECT 1 AS n FROM log_leaves')).length).toBe(3);
  });

  it('gives no event a leaf while it is known to have gone back: a younger copy may take its place', async () => {
    await append(log, 'count-1', 0, 2);
    await log.proved.sign();
    await append(log, 'count-1', 2, 1);
    const last = (await log.store.last())!;
    await log.store.standing.enter([{ reader: 'somebody', detail: 'has read more' }], last);
    expect((await log.proved.sign())?.size).toBe(2);
    expect(await log.proved.headAt(last.position, QUIET)).toBeUndefined();
    await log.store.standing.lift(['somebody']);
    expect((await log.proved.sign())?.size).toBe(3);
  });

  it('is known by one name for good', async () => {
    await expect(reopened(log, 'another.example.jp')).rejects.toThrow(OriginChangedError);
  });

  it('is missing nothing at its first start', async () => {
    expect(await log.proved.doubt()).toBeUndefined();
    await append(log, 'count-1', 0, 3);
    expect(await log.proved.doubt()).toBeUndefined();
  });

  it('of a former version, also one whose leaves were written before anything was signed, gets its first checkpoint only where its hashes are sound', async () => {
    await append(log, 'count-1', 0, 3);
    await log.proved.headAt(await log.store.settledPosition(), QUIET);
    await log.database.execute(`UPDATE event_log SET data = '{"n": 9}' WHERE revision = 1`);
    await expect(log.proved.sign()).rejects.toThrow(LogContradictedError);
    expect(await readdir(join(log.folder, '..'))).toEqual([]);
  });

  describe('once it was signed', () => {
    beforeEach(async () => {
      await append(log, 'count-1', 0, 3);
      await append(log, 'count-2', 0, 2);
      await append(log, 'count-3', 0, 1);
      await log.proved.sign();
    });

    const run = (sql: string) => log.database.execute(sql);
    const EMPTY = 'DELETE FROM event_log';
    /** As somebody would who knows how hashes are made. */
    async function rehash(where: string, data: object): Promise<void> {
      const { events } = await log.store.readAll({ after: 0n, limit: 10 });
      const [row] = await log.database.query<{ id: string }>(`SELECT id FROM event_log WHERE ${where}`);
      const event = events.find(({ id }) => id === row!.id)!;
      const before = events.find(
        ({ stream, revision }) => stream === event.stream && revision === event.revision - 1,
      );
      const hash = hashOf({ ...event, data }, before?.hash ?? ZERO_HASH);
      await log.database.execute(
        `UPDATE event_log SET data = $1::jsonb, hash = decode($2, 'hex') WHERE ${where}`,
        [JSON.stringify(data), hash],
      );
    }

    it.each<[string, () => Promise<unknown>]>([
      ['a payload is changed', () => run(`UPDATE event_log SET data = '{"n": 9}' WHERE revision = 1`)],
      ['metadata are changed', () => run(`UPDATE event_log SET metadata = metadata || '{"x": 1}'`)],
      [
        'a number gets digits that are not read',
        () =>
          run(
            `UPDATE event_log SET data = jsonb_set(data, '{n}', '1.0000000000000000001') WHERE revision = 1`,
          ),
      ],
      [
        'a number is written otherwise',
        () => run(`UPDATE event_log SET data = jsonb_set(data, '{n}', '1.0') WHERE revision = 1`),
      ],
      [
        'an instant gets a part of a millisecond',
        async () => {
          const more = `UPDATE event_log SET occurred_at = occurred_at + interval '999 microseconds' WHERE revision = 1`;
          await expect(run(more)).rejects.toThrow('event_log_whole_milliseconds');
          await run('ALTER TABLE event_log DROP CONSTRAINT event_log_whole_milliseconds');
          await run(more);
        },
      ],
      [
        'a row in the middle is removed',
        () => run(`DELETE FROM event_log WHERE stream = 'count-1' AND revision = 1`),
      ],
      [
        'the last event of a stream is removed',
        () => run(`DELETE FROM event_log WHERE stream = 'count-2' AND revision = 1`),
      ],
      ['a stream is removed', () => run(`DELETE FROM event_log WHERE stream = 'count-2'`)],
      ['the end of the log is cut', () => run(`DELETE FROM event_log WHERE stream = 'count-3'`)],
      ['all is removed', () => run(EMPTY)],
      [
        'positions are changed',
        () => run(`UPDATE event_log SET position = position - 1 WHERE stream = 'count-2'`),
      ],
      [
        'two events change places',
        () =>
          run(
            `UPDATE event_log SET position = CASE stream WHEN 'count-3' THEN position - 10000000 ELSE position END`,
          ),
      ],
      ['the settled end is put back', () => run('UPDATE event_log_state SET base = -1000000000')],
      ['a leaf is changed', () => run(`UPDATE log_leaves SET hash = '\\x00' WHERE index = 2`)],
      ['a leaf is removed', () => run('DELETE FROM log_leaves WHERE index = 2')],
      ['the tree is emptied', () => run('DELETE FROM log_leaves')],
      [
        'the table is truncated and the settled end put back',
        async () => {
          await run(EMPTY);
          await run('UPDATE event_log_state SET base = -1000000000');
        },
      ],
      [
        'the last event of a stream is hashed anew over another payload',
        () => rehash(`stream = 'count-2' AND revision = 1`, { n: 99 }),
      ],
      [
        'an event is put in, with a right hash, between two others',
        async () => {
          await run(
            `INSERT INTO event_log (position, stream, revision, id, type, version, data, metadata, occurred_at, recorded_at, hash)
             SELECT position - 1, 'count-4', revision, gen_random_uuid(), type, version, data, metadata, occurred_at, recorded_at, hash
             FROM event_log WHERE stream = 'count-2' AND revision = 0`,
          );
          await rehash(`stream = 'count-4'`, { n: 4 });
        },
      ],
      [
        'an event behind the last checkpoint is removed, whose leaf is there',
        async () => {
          await append(log, 'count-3', 1, 1);
          await log.proved.headAt((await log.store.last())!.position, QUIET);
          await run(`DELETE FROM event_log WHERE stream = 'count-3' AND revision = 1`);
        },
      ],
      [
        'the row of a checkpoint is forged',
        () => run(`UPDATE log_checkpoints SET note = replace(note, E'\n6\n', E'\n7\n')`),
      ],
      [
        'the kept checkpoint is forged with another key',
        async () => {
          const { text } = parseNote(await kept());
          const [file] = await readdir(log.folder);
          const forged = signNote(text, [noteSigner(ORIGIN, Buffer.alloc(32, 9))]);
          await writeFile(join(log.folder, file!), forged);
        },
      ],
    ])('it is noticed that %s', async (_what, tamper) => {
      await tamper();
      const { broken, tree } = await log.proved.audit();
      expect(broken + tree!.broken).toBe((await breaks()).length);
      expect(await breaks()).not.toEqual([]);
      log.proved.start();
      const metrics = await log.metrics.metrics();
      await log.proved.stop();
      expect(metrics).toContain(`smartkey_log_broken_places{service="billing"} ${broken + tree!.broken}`);
    });

    it('of many broken places the first twenty are named, and all are counted', async () => {
      await append(log, 'count-9', 0, 40);
      await log.proved.sign();
      await run('UPDATE log_leaves SET position = -position');
      const { tree } = await log.proved.audit();
      expect(tree).toMatchObject({ size: 46, broken: 46 });
      expect(tree!.breaks).toHaveLength(20);
    });

    it('a whole stream that is hashed anew, its leaves with it, is named by what was kept outside', async () => {
      const { events } = await log.store.readAll({ after: 0n, limit: 10 });
      await run(EMPTY);
      await run('DELETE FROM log_leaves');
      await run('UPDATE log_tree SET size = 0, position = 0');
      await append(log, 'count-1', 0, 3);
      await append(log, 'count-2', 0, 2);
      await append(log, 'count-3', 0, 1);
      expect(events).toHaveLength(6);
      await expect(log.proved.sign()).rejects.toThrow('log-different');
      expect(await breaks()).toEqual(['log-different']);
    });

    it('a log that is shorter than what was kept signs nothing more, and takes no appends', async () => {
      await append(log, 'count-3', 1, 1);
      await log.proved.sign();
      const last = await kept();
      await run(`DELETE FROM event_log WHERE stream = 'count-3' AND revision = 1`);
      await run('DELETE FROM log_leaves WHERE index = 6');
      await run('DELETE FROM log_checkpoints WHERE size = 7');
      await run('UPDATE log_tree SET size = 6, position = (SELECT max(position) FROM event_log)');
      expect(await breaks()).toEqual(['log-shorter']);
      await expect(log.proved.sign()).rejects.toThrow('log-shorter');
      expect(await kept()).toBe(last);
      await expect(append(log, 'count-3', 1, 1)).rejects.toBeInstanceOf(LogWentBackError);
      expect(isSound(await log.proved.audit())).toBe(false);
      // Even where somebody lets it take appends until it is as long again.
      await log.store.standing.lift(['checkpoint']);
      await append(log, 'count-3', 1, 5);
      await expect(log.proved.sign()).rejects.toThrow('log-different');
      expect(await kept()).toBe(last);
    });

    it('a checkpoint that was kept and is gone is asked for, until a person adopts what the database has', async () => {
      await rm(log.folder, { recursive: true });
      expect(await breaks()).toEqual(['kept-missing']);
      await append(log, 'count-3', 1, 1);
      await expect(log.proved.sign()).rejects.toThrow('kept-missing');
      expect(await log.proved.doubt()).toMatchObject({ fault: 'kept-missing' });
      // Also for an instance that has not signed.
      expect(await (await reopened(log)).doubt()).toMatchObject({ fault: 'kept-missing' });
      expect(await adopt()).toMatchObject({ size: 6 });
      expect(await log.proved.sign()).toMatchObject({ size: 8 });
      expect(await log.proved.doubt()).toBeUndefined();
      expect(await breaks()).toEqual([]);
      const [adopted] = await log.store.readStream('log-billing');
      expect(adopted).toMatchObject({
        type: 'CheckpointAdopted',
        data: { log: ORIGIN, size: 6, root: expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
      expect(JSON.stringify(adopted!.data)).not.toMatch(/佐藤|volume/);
    });

    it('nobody adopts a checkpoint that the log does not begin with, or that was forged', async () => {
      await rm(log.folder, { recursive: true });
      const [row] = await log.database.query<{ note: string }>('SELECT note FROM log_checkpoints');
      await log.database.execute('UPDATE log_checkpoints SET note = $1', [
        row!.note.replace('\n6\n', '\n5\n'),
      ]);
      await expect(adopt()).rejects.toThrow('kept-unreadable');
      await log.database.execute('UPDATE log_checkpoints SET note = $1', [row!.note]);
      await run(`UPDATE log_leaves SET hash = sha256('x') WHERE index = 2`);
      await expect(adopt()).rejects.toThrow('log-different');
      expect(await log.store.readStream('log-billing')).toEqual([]);
    });

    it('one that was cut off behind the event of its adoption is adopted by the same again', async () => {
      await rm(log.folder, { recursive: true });
      await adopt();
      await rm(log.folder, { recursive: true });
      await expect(log.proved.sign()).rejects.toThrow('kept-missing');
      await adopt();
      expect(await log.proved.sign()).toMatchObject({ size: 8 });
    });

    it.each([
      ['by another key', (note: string) => note.replace(/— .*\n/, '— other.example/x AAAAAAAA\n')],
      ['of another size', (note: string) => note.replace('\n6\n', '\n5\n')],
      ['cut off', (note: string) => note.slice(0, 40)],
    ])('a checkpoint %s is none', async (_what, forge) => {
      const [file] = await readdir(log.folder);
      await writeFile(join(log.folder, file!), forge(await kept()));
      await append(log, 'count-3', 1, 1);
      await expect(log.proved.sign()).rejects.toThrow('kept-unreadable');
      expect(await breaks()).toEqual(['kept-unreadable']);
    });

    it('a process that dies between the file and the row goes on from the file', async () => {
      await append(log, 'count-3', 1, 1);
      await log.proved.sign();
      await run('DELETE FROM log_checkpoints WHERE size = 7');
      expect(await (await reopened(log)).sign(QUIET)).toMatchObject({ size: 7, note: await kept() });
    });
  });
});
