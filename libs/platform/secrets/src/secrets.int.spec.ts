import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  openPglite,
  openPostgres,
  type Database,
  type DatabaseServer,
  type ServerNews,
} from '@smartkey/database';
import { startPostgres } from '@smartkey/testing';
import { randomBytes } from 'node:crypto';
import {
  dataKeysInUse,
  dropDataKey,
  resealColumn,
  sealClearColumn,
  type SealedColumn,
} from './data-key-rotation.ts';
import { KEY_CACHE_MILLIS } from './data-keys.ts';
import { KeyRing } from './key-ring.ts';
import { openSecrets } from './open-secrets.ts';
import { openText, sealText } from './sealed-text.ts';
import {
  KeyMaterialError,
  SealBrokenError,
  SubjectErasedError,
  UnknownKeyError,
  type DataKey,
  type KeyEncryption,
} from './secrets.port.ts';

/** Counts what a key-management service would be asked. */
class CountingKeys implements KeyEncryption {
  calls = 0;
  available = true;
  readonly #ring: KeyRing;
  constructor(...keys: [DataKey, ...DataKey[]]) {
    this.#ring = new KeyRing(keys);
  }
  get currentVersion(): string {
    return this.#ring.currentVersion;
  }
  versionOf(wrapped: string): string {
    return this.#ring.versionOf(wrapped);
  }
  wrap(key: DataKey, context: string): Promise<string> {
    return this.#asked(() => this.#ring.wrap(key, context));
  }
  unwrap(wrapped: string, context: string): Promise<DataKey> {
    return this.#asked(() => this.#ring.unwrap(wrapped, context));
  }
  async #asked<T>(answer: () => Promise<T>): Promise<T> {
    this.calls += 1;
    if (!this.available) throw new Error('the key service does not answer');
    return answer();
  }
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (value: Uint8Array): string => Buffer.from(value).toString('utf8');

const embedded = async () => {
  const server = await openPglite(undefined);
  return { server, close: () => server.close() };
};
const real = async () => {
  const postgres = await startPostgres();
  const server = await openPostgres(await postgres.createDatabase());
  return { server, close: () => server.close().finally(() => postgres.stop()) };
};

describe.each([
  ['PGlite', embedded],
  ['PostgreSQL', real],
] as const)('secrets of a service on %s', (_, openServer) => {
  let server: DatabaseServer;
  let close: () => Promise<void>;
  let database: Database;
  let kek: DataKey;
  let now: number;
  let schemas = 0;

  const keys = (...others: DataKey[]): CountingKeys => new CountingKeys(kek, ...others);
  const open = (keyEncryption: KeyEncryption = keys(), service = 'authentication', news?: ServerNews) =>
    openSecrets({ database, service, material: { keyEncryption, source: 'the test' }, now: () => now, news });

  beforeAll(async () => {
    ({ server, close } = await openServer());
  });
  afterAll(() => close());
  beforeEach(async () => {
    database = await server.database(`secrets_${(schemas += 1)}`);
    kek = randomBytes(32);
    now = Date.parse('2018-01-01T00:00:00Z');
  });

  describe('the secret box', () => {
    it('opens after a restart what it sealed before, for its owner only', async () => {
      const sealed = await (await open()).secretBox.seal(bytes('seed'), 'device-1');
      const { secretBox } = await open();
      expect(text(await secretBox.open(sealed, 'device-1'))).toBe('seed');
      await expect(secretBox.open(sealed, 'device-2')).rejects.toThrow(SealBrokenError);
    });

    it('seals each context under a key of its own, and opens what was sealed with the data key itself', async () => {
      const { secretBox, dataKeys } = await open();
      const { id, key } = await dataKeys.current();
      const former = sealText(id, key, bytes('seed'), 'device-1');
      expect(text(await secretBox.open(former, 'device-1'))).toBe('seed');
      const sealed = await secretBox.seal(bytes('seed'), 'device-1');
      expect(sealed).toMatch(/^v2\.d1\./);
      expect(() => openText(key, sealed, 'device-1')).toThrow(SealBrokenError);
      for (const [from, to] of [
        ['v1', 'v2'],
        ['v2', 'v1'],
      ] as const)
        await expect(
          secretBox.open((from === 'v1' ? former : sealed).replace(from, to), 'device-1'),
        ).rejects.toThrow(SealBrokenError);
    });

    it('makes one first key where many instances begin at once', async () => {
      const instances = await Promise.all(Array.from({ length: 8 }, () => open()));
      const sealed = await Promise.all(
        instances.map(({ secretBox }) => secretBox.seal(bytes('seed'), 'owner')),
      );
      for (const { secretBox } of instances)
        for (const value of sealed) expect(text(await secretBox.open(value, 'owner'))).toBe('seed');
      expect(await database.query('SELECT version FROM data_keys')).toEqual([{ version: 1 }]);
    });

    it('does not start with a wrong key-encryption key, and says which one it needs', async () => {
      const { dataKeys } = await open();
      const [row] = await dataKeys.rows();
      kek = randomBytes(32);
      await expect(open()).rejects.toThrow(KeyMaterialError);
      await expect(open()).rejects.toThrow(
        `the secrets of authentication are sealed under key ${keys().versionOf(row!.wrapped)}, which is not in the test`,
      );
    });

    it('does not start with wrapped keys that were swapped between services or versions, or altered', async () => {
      const { dataKeys } = await open();
      await expect(open(keys(), 'billing')).rejects.toThrow(KeyMaterialError);
      await dataKeys.rotate();
      await database.execute(
        `UPDATE data_keys AS a SET wrapped = b.wrapped FROM data_keys AS b WHERE a.version = 3 - b.version`,
      );
      await expect(open()).rejects.toThrow(KeyMaterialError);
    });

    it('asks the key-encryption key again only after five minutes, and then does not work without it', async () => {
      const keyEncryption = keys();
      const { secretBox } = await open(keyEncryption);
      const sealed = await secretBox.seal(bytes('seed'), 'owner');
      const asked = keyEncryption.calls;
      for (let at = 0; at < 100; at += 1) await secretBox.open(sealed, 'owner');
      expect(keyEncryption.calls).toBe(asked);

      keyEncryption.available = false;
      now += KEY_CACHE_MILLIS - 1;
      expect(text(await secretBox.open(sealed, 'owner'))).toBe('seed');
      now += 1;
      await expect(secretBox.open(sealed, 'owner')).rejects.toThrow('the key service does not answer');
      await expect(secretBox.seal(bytes('seed'), 'owner')).rejects.toThrow('the key service does not answer');
      keyEncryption.available = true;
      expect(text(await secretBox.open(sealed, 'owner'))).toBe('seed');
    });
  });

  describe('rotation of the key-encryption key', () => {
    it('wraps the data keys again at the next start; then the old one is not needed', async () => {
      const sealed = await (await open()).secretBox.seal(bytes('seed'), 'owner');
      const old = kek;
      kek = randomBytes(32);
      await open(keys(old));
      const { secretBox } = await open(keys());
      expect(text(await secretBox.open(sealed, 'owner'))).toBe('seed');
      await expect(open(new CountingKeys(old))).rejects.toThrow(KeyMaterialError);
    });
  });

  describe('rotation of the data key', () => {
    const column: SealedColumn = {
      table: 'credentials',
      column: 'secret',
      key: ['device'],
      context: (row) => `device/${row['device']}`,
    };
    const seal = async (device: string, secretBox: { seal(s: Uint8Array, c: string): Promise<string> }) =>
      database.execute('INSERT INTO credentials VALUES ($1, $2)', [
        device,
        await secretBox.seal(bytes(`seed of ${device}`), `device/${device}`),
      ]);

    beforeEach(() => database.script('CREATE TABLE credentials (device text PRIMARY KEY, secret text)'));

    it('of two instances at once makes one version, or two in a row; both open what the other seals', async () => {
      const [a, b] = [await open(), await open()];
      const versions = await Promise.all([a.dataKeys.rotate(), b.dataKeys.rotate()]);
      // Whether they meet is up to the server: the one that comes after the other has rotated once more.
      expect([['d2'], ['d2', 'd3']]).toContainEqual([...new Set(versions)].sort());
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const) {
        const sealed = await one.secretBox.seal(bytes('seed'), 'owner');
        expect(sealed).toMatch(/^v2\.d[23]\./);
        expect(text(await other.secretBox.open(sealed, 'owner'))).toBe('seed');
      }
    });

    it('reaches an instance that has not looked: it opens at once, and seals anew within five minutes', async () => {
      const [a, b] = [await open(), await open()];
      await a.dataKeys.rotate();
      expect(await b.secretBox.seal(bytes('seed'), 'owner')).toMatch(/^v2\.d1\./);
      const sealed = await a.secretBox.seal(bytes('seed'), 'owner');
      expect(text(await b.secretBox.open(sealed, 'owner'))).toBe('seed');
      now += KEY_CACHE_MILLIS;
      expect(await b.secretBox.seal(bytes('seed'), 'owner')).toMatch(/^v2\.d2\./);
    });

    it('goes on under use: every value opens at every moment, and all end under the new key', async () => {
      const { secretBox, subjectKeys, subjectKeyStore, dataKeys } = await open();
      const devices = Array.from({ length: 1_200 }, (_unused, index) => `d${index}`);
      for (const device of devices) await seal(device, secretBox);
      const sealedName = await subjectKeys.seal('rid_1', ['田中 太郎']);

      await dataKeys.rotate();
      let using = true;
      const use = async (user: string): Promise<number> => {
        let opened = 0;
        for (; using; opened += 1) {
          const device = devices[opened % devices.length]!;
          const [row] = await database.query<{ secret: string }>(
            'SELECT secret FROM credentials WHERE device = $1',
            [device],
          );
          expect(text(await secretBox.open(row!.secret, `device/${device}`))).toBe(`seed of ${device}`);
          expect(await subjectKeys.open('rid_1', sealedName)).toEqual(['田中 太郎']);
          if (opened % 10 === 0) await seal(`${user}${opened}`, secretBox);
        }
        return opened;
      };
      const users = [use('a'), use('b')];
      expect(await resealColumn(dataKeys, secretBox, column)).toBe(1_200);
      expect(await subjectKeyStore.rewrap()).toBe(1);
      using = false;
      for (const opened of await Promise.all(users)) expect(opened).toBeGreaterThan(0);
      expect([...(await dataKeysInUse(database, [column])).keys()]).toEqual(['d2']);
      expect(await resealColumn(dataKeys, secretBox, column)).toBe(0);
    });

    it('keeps a former key while anything is sealed with it, and for ten minutes', async () => {
      const { secretBox, subjectKeyStore, dataKeys } = await open();
      const drop = (id: string) => dropDataKey(dataKeys, id, [column], () => now);
      await seal('device', secretBox);
      await subjectKeyStore.seal('rid_1', []);
      await expect(drop('d1')).rejects.toThrow('is the current one');
      await dataKeys.rotate();
      await expect(drop('d1')).rejects.toThrow('less than 10 minutes ago');
      now += 2 * KEY_CACHE_MILLIS;
      await expect(drop('d1')).rejects.toThrow('still seals 2 values');
      await resealColumn(dataKeys, secretBox, column);
      await expect(drop('d1')).rejects.toThrow('still seals 1 values');
      await subjectKeyStore.rewrap();
      await drop('d1');
      expect(await database.query('SELECT version FROM data_keys')).toEqual([{ version: 2 }]);
      const { secretBox: afterwards, subjectKeys } = await open();
      const [row] = await database.query<{ secret: string }>('SELECT secret FROM credentials');
      expect(text(await afterwards.open(row!.secret, 'device/device'))).toBe('seed of device');
      await subjectKeys.seal('rid_1', ['x']);
      await expect(afterwards.open('v1.d1.AAAAAAAAAAAAAAAA..AAAAAAAAAAAAAAAAAAAAAA', 'x')).rejects.toThrow(
        UnknownKeyError,
      );
    });
  });

  describe('a column in the clear', () => {
    it('is sealed row by row and emptied, over several runs, whatever changes meanwhile', async () => {
      const { secretBox, dataKeys } = await open();
      await database.script(`CREATE TABLE named (a text, b integer, name text, sealed text, filler text, PRIMARY KEY (a, b));
        INSERT INTO named SELECT 'a' || n % 7, n, CASE WHEN n % 10 > 0 THEN '名前-' || n END, NULL, repeat('x', 300)
        FROM generate_series(1, 5000) AS n`);
      const column = {
        table: 'named',
        column: 'sealed',
        key: ['a', 'b'],
        context: (row: Readonly<Record<string, string>>) => `name ${row['a']} ${row['b']}`,
        clear: 'name',
        type: 'text',
      } as const;
      const cut = {
        ...secretBox,
        seal: (secret: Uint8Array, context: string) =>
          context.endsWith(' 3001') ? Promise.reject(new Error('cut off')) : secretBox.seal(secret, context),
      };
      await expect(sealClearColumn(database, cut as typeof secretBox, column)).rejects.toThrow('cut off');
      await database.execute(`UPDATE named SET name = '別名' WHERE b = 4999`);
      const changed = await sealClearColumn(database, secretBox, column);
      expect(changed).toBeGreaterThan(0);
      expect(changed).toBeLessThan(4500);
      expect(await sealClearColumn(database, secretBox, column)).toBe(0);
      const rows = await database.query<{ a: string; b: number; name: null; sealed: string | null }>(
        'SELECT a, b, name, sealed FROM named ORDER BY b',
      );
      for (const { a, b, name, sealed } of rows) {
        expect(name).toBeNull();
        if (b % 10 === 0) expect(sealed).toBeNull();
        else
          expect(text(await secretBox.open(sealed!, `name ${a} ${b}`))).toBe(
            b === 4999 ? '別名' : `名前-${b}`,
          );
      }
      await dataKeys.rotate();
      expect(await resealColumn(dataKeys, secretBox, column)).toBe(4500);
      // As on data of a version before the column.
      const later = { ...column, column: 'later' };
      expect(await resealColumn(dataKeys, secretBox, later)).toBe(0);
      expect(await dataKeysInUse(database, [later, { table: 'none', column: 'x' }])).toEqual(new Map());
      expect([...(await dataKeysInUse(database, [column])).keys()]).toEqual(['d2']);
    });
  });

  describe('subject keys', () => {
    it('seal and open texts of one subject, whatever they say', async () => {
      const { subjectKeys } = await open();
      const texts = ['taro@example.jp', '', '田中 太郎 👩‍👩‍👧', '\u0000'];
      const sealed = await subjectKeys.seal('rid_1', texts);
      expect(sealed.join()).not.toContain('taro');
      expect(await subjectKeys.open('rid_1', sealed)).toEqual(texts);
      const restarted = await open();
      expect(await restarted.subjectKeys.open('rid_1', sealed)).toEqual(texts);
    });

    it('do not open texts of another subject, also where the rows of the table are swapped', async () => {
      const { subjectKeys } = await open();
      const [sealed] = await subjectKeys.seal('rid_1', ['taro']);
      await subjectKeys.seal('rid_2', ['jiro']);
      await expect(subjectKeys.open('rid_2', [sealed!])).rejects.toThrow(SealBrokenError);
      await expect(subjectKeys.open('rid_3', [sealed!])).rejects.toThrow(UnknownKeyError);
      await database.execute(
        `UPDATE subject_keys AS a SET wrapped = b.wrapped FROM subject_keys AS b WHERE a.subject <> b.subject`,
      );
      const restarted = await open();
      await expect(restarted.subjectKeys.open('rid_2', [sealed!])).rejects.toThrow(SealBrokenError);
    });

    it('are one for a subject where many instances first use it at once', async () => {
      const instances = await Promise.all(Array.from({ length: 6 }, () => open()));
      const subjects = Array.from({ length: 50 }, (_unused, index) => `rid_${index}`);
      const sealed = await Promise.all(
        instances.map(({ subjectKeys }, index) =>
          subjectKeys.sealMany(
            // Each in an order of its own: nobody may wait for somebody who waits for him.
            subjects
              .slice(index)
              .concat(subjects.slice(0, index))
              .map((subject) => ({ subject, texts: [subject] })),
          ),
        ),
      );
      for (const [index, mine] of sealed.entries())
        for (const [at, [value]] of mine.entries()) {
          const subject = subjects[(at + index) % subjects.length]!;
          expect(await instances[(index + 1) % 6]!.subjectKeys.open(subject, [value!])).toEqual([subject]);
        }
      expect(await database.query('SELECT count(*)::integer AS n FROM subject_keys')).toEqual([{ n: 50 }]);
    });

    it('of 5,000 subjects cost the key-encryption key nothing, and a statement for each thousand', async () => {
      const keyEncryption = keys();
      const { subjectKeys } = await open(keyEncryption);
      const asked = keyEncryption.calls;
      const subjects = Array.from({ length: 5_000 }, (_unused, index) => `rid_${index}`);
      let statements = 0;
      for (const method of ['query', 'execute'] as const) {
        const original = database[method].bind(database) as (...args: unknown[]) => unknown;
        Object.assign(database, {
          [method]: (...args: unknown[]) => {
            statements += 1;
            return original(...args);
          },
        });
      }
      const texts = subjects.map((subject) => ({ subject, texts: [subject] }));
      await subjectKeys.sealMany(texts);
      expect(statements).toBe(10);
      const sealed = await subjectKeys.sealMany(texts);
      expect(statements).toBe(10);
      expect(keyEncryption.calls).toBe(asked);
      const opened = await (
        await open()
      ).subjectKeys.openMany(subjects.map((subject, index) => ({ subject, sealed: sealed[index]! })));
      expect(opened.flat()).toEqual(subjects);
    });

    it('when erased: the texts are gone for ever, here at once and elsewhere within five minutes', async () => {
      const [here, elsewhere] = [await open(), await open()];
      const sealed = await here.subjectKeys.seal('rid_1', ['taro', 'Tanaka']);
      expect(await elsewhere.subjectKeys.open('rid_1', sealed)).toEqual(['taro', 'Tanaka']);
      await here.subjectKeys.erase('rid_1');

      expect(await here.subjectKeys.open('rid_1', sealed)).toEqual([undefined, undefined]);
      await expect(here.subjectKeys.seal('rid_1', ['jiro'])).rejects.toThrow(SubjectErasedError);
      now += KEY_CACHE_MILLIS;
      expect(await elsewhere.subjectKeys.open('rid_1', sealed)).toEqual([undefined, undefined]);
      await expect(elsewhere.subjectKeys.seal('rid_1', ['jiro'])).rejects.toThrow(SubjectErasedError);

      await here.subjectKeys.seal('rid_2', ['jiro']);
      const restarted = await open();
      expect(await restarted.subjectKeys.open('rid_1', sealed)).toEqual([undefined, undefined]);
      expect(await database.query('SELECT subject FROM subject_keys WHERE wrapped IS NOT NULL')).toEqual([
        { subject: 'rid_2' },
      ]);
    });

    it('when erased: elsewhere at once, too, where instances hear from each other', async () => {
      const listeners = new Map<string, (upTo: bigint) => void>();
      const newsOf = (instance: string): ServerNews => ({
        tell: (channel) => {
          for (const [key, listener] of listeners)
            if (key !== `${channel} ${instance}` && key.startsWith(`${channel} `)) listener(0n);
        },
        hear: (channel, listener) => {
          listeners.set(`${channel} ${instance}`, listener);
          return () => undefined;
        },
      });
      const [here, elsewhere, other] = [
        await open(keys(), 'authentication', newsOf('1')),
        await open(keys(), 'authentication', newsOf('2')),
        await open(),
      ];
      const sealed = await here.subjectKeys.seal('rid_1', ['taro']);
      for (const each of [elsewhere, other])
        expect(await each.subjectKeys.open('rid_1', sealed)).toEqual(['taro']);
      await here.subjectKeys.erase('rid_1');
      expect(await elsewhere.subjectKeys.open('rid_1', sealed)).toEqual([undefined]);
      expect(await other.subjectKeys.open('rid_1', sealed)).toEqual(['taro']);
    });

    it('when erased before their first use are never made, and erasing again changes nothing', async () => {
      const { subjectKeys } = await open();
      await subjectKeys.erase('rid_1');
      const [first] = await database.query('SELECT * FROM subject_keys');
      now += 1_000;
      await subjectKeys.erase('rid_1');
      expect(await database.query('SELECT * FROM subject_keys')).toEqual([first]);
      await expect((await open()).subjectKeys.seal('rid_1', ['x'])).rejects.toThrow(SubjectErasedError);
    });
  });
});
