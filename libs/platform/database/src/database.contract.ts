import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  NestedUseError,
  TransactionEndedError,
  UniqueViolationError,
  prepared,
  type Database,
  type DatabaseServer,
} from './index.ts';

/** What every adapter of the database port promises. */
export function databaseContract(adapter: string, open: () => Promise<DatabaseServer>): void {
  describe(`database on ${adapter}`, () => {
    let server: DatabaseServer;
    let database: Database;

    beforeAll(async () => {
      server = await open();
      database = await server.database('one');
      await database.script(
        'CREATE TABLE item (id integer PRIMARY KEY, name text UNIQUE); CREATE TABLE other (id int)',
      );
    }, 60_000);
    afterAll(() => server.close());

    const only = async (sql: string, parameters: readonly unknown[] = []) =>
      (await database.query<{ value: unknown }>(`SELECT ${sql} AS value`, parameters))[0]!.value;

    it.each<[string, string, unknown]>([
      ['int4 as number', '7::int', 7],
      ['int8 as bigint', '9007199254740993::bigint', 9007199254740993n],
      ['numeric as text, as written', '1.50::numeric', '1.50'],
      ['float8 as number', '0.5::float8', 0.5],
      ['boolean', 'true', true],
      ['date as text', "'2018-02-28'::date", '2018-02-28'],
      [
        'timestamptz as canonical instant',
        "'2018-02-01T00:00:00+09:00'::timestamptz",
        '2018-01-31T15:00:00.000Z',
      ],
      [
        'timestamptz cut to the millisecond',
        "'2018-01-31T15:00:00.1239Z'::timestamptz",
        '2018-01-31T15:00:00.123Z',
      ],
      ['jsonb parsed', `'{"a":[1,null,"b"]}'::jsonb`, { a: [1, null, 'b'] }],
      ['json parsed', `'[1]'::json`, [1]],
      ['null', 'NULL::text', null],
      ['count(*) as bigint', '(SELECT count(*) FROM other)', 0n],
      ['array of text', `ARRAY['a', NULL, 'b,"\\{}', '', 'NULL']`, ['a', null, 'b,"\\{}', '', 'NULL']],
      ['array of bigint', 'ARRAY[1,2]::bigint[]', [1n, 2n]],
      ['empty array', 'ARRAY[]::text[]', []],
      ['array of timestamptz', "ARRAY['2018-01-31T15:00:00Z']::timestamptz[]", ['2018-01-31T15:00:00.000Z']],
      ['array of jsonb', `ARRAY['{"a":"\\"x, y\\""}']::jsonb[]`, [{ a: '"x, y"' }]],
    ])('gives %s', async (_form, sql, value) => {
      expect(await only(sql)).toStrictEqual(value);
    });

    it('gives bytea as bytes', async () => {
      const bytes = await only("'\\x00ff10'::bytea");
      expect(bytes).toBeInstanceOf(Uint8Array);
      expect([...(bytes as Uint8Array)]).toEqual([0, 255, 16]);
    });

    it.each<[string, unknown]>([
      ['text', 'O\'Reilly "日本" \\ 🗝\n'],
      ['bigint', 9223372036854775807n],
      ['integer', -5],
      ['boolean', false],
      ['jsonb', { deep: { list: [1, 'a', null] } }],
      ['timestamptz', '2018-01-31T15:00:00.001Z'],
      ['date', '2020-02-29'],
      ['numeric', '0.548'],
      ['uuid', '01234567-89ab-8def-8123-456789abcdef'],
      ['text', null],
      ['text[]', ['', 'a"b', 'c\\d', '{e,f}', null, 'NULL', '日本 ', ' g']],
      ['bigint[]', [1n, -2n, null]],
      ['integer[]', []],
      ['boolean[]', [true, false]],
      ['jsonb[]', [{ a: '"' }, { b: [1] }, null]],
      ['date[]', ['2018-01-01']],
      ['timestamptz[]', ['2018-01-31T15:00:00.000Z']],
    ])('takes a parameter of type %s and gives the same back: %p', async (type, value) => {
      expect(await only(`$1::${type}`, [value])).toStrictEqual(value);
    });

    it('takes bytes', async () => {
      expect(await only('sha256($1::bytea)', [new Uint8Array([1])])).toEqual(
        await only(`sha256('\\x01'::bytea)`),
      );
      expect(await only('cardinality($1::bytea[])', [[new Uint8Array([1, 92]), new Uint8Array()]])).toBe(2);
    });

    it.each([[undefined], [Number.NaN], [new Date(0)], [[['nested']]], [() => 1]])(
      'refuses a parameter that means nothing in SQL: %p',
      async (value) => {
        await expect(only('$1::text', [value])).rejects.toThrow(TypeError);
      },
    );

    it('counts the rows that a statement touched', async () => {
      expect(await database.execute('INSERT INTO other SELECT generate_series(1, 5)')).toBe(5);
      expect(await database.execute('DELETE FROM other WHERE id <= $1', [2])).toBe(2);
      expect(await database.execute('DELETE FROM other')).toBe(3);
    });

    it('carries large values both ways', async () => {
      const text = 'あ"\\'.repeat(1_000_000);
      expect(await only('$1::text', [text])).toBe(text);
      const ids = Array.from({ length: 20_000 }, (_, i) => BigInt(i));
      const rows = await database.query<{ id: bigint }>('SELECT id FROM unnest($1::bigint[]) id', [ids]);
      expect(rows.map(({ id }) => id)).toEqual(ids);
    });

    it('runs a prepared statement again and again, under other schemas too', async () => {
      const statement = prepared(`contract_count_${adapter}`, 'SELECT count(*) AS n FROM item WHERE id > $1');
      const two = await server.database('two');
      await two.script('CREATE TABLE item (id integer)');
      await two.execute('INSERT INTO item VALUES (1), (2)');
      for (let i = 0; i < 8; i += 1) {
        expect(await database.query(statement, [0])).toEqual([{ n: 0n }]);
        expect(await two.query(statement, [0])).toEqual([{ n: 2n }]);
      }
    });

    it('runs a prepared statement also after it has failed', async () => {
      const statement = prepared(`contract_divide_${adapter}`, 'SELECT 6 / $1::int AS value');
      await expect(database.query(statement, [0])).rejects.toMatchObject({ code: '22012' });
      expect(await database.query(statement, [2])).toEqual([{ value: 3 }]);
      await database.transaction(async (tx) => {
        expect(await tx.query(statement, [3])).toEqual([{ value: 2 }]);
      });
    });

    it('finds unqualified names in its schemas, the first one being where tables are made', async () => {
      const both = database.within('three', 'one');
      await database.script('CREATE SCHEMA three');
      await both.script('CREATE TABLE made_here (id integer)');
      await both.query('SELECT * FROM item');
      await expect(database.query('SELECT * FROM made_here')).rejects.toMatchObject({ code: '42P01' });
      await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          i % 2 ? database.query('SELECT * FROM item') : both.query('SELECT * FROM made_here'),
        ),
      );
    });

    it('looks in the schemas of each statement, whatever became of the one before it', async () => {
      const schemas = await Promise.all(['turn_a', 'turn_b'].map((schema) => server.database(schema)));
      for (const each of schemas)
        await each.script(`CREATE TABLE here (name text); INSERT INTO here VALUES ('${each.searchPath[0]}')`);
      for (let round = 0; round < 4; round += 1)
        for (const each of schemas) {
          if (round % 2 === 0)
            await expect(each.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' });
          else
            await expect(each.transaction((tx) => tx.query('SELECT 1 / 0'))).rejects.toMatchObject({
              code: '22012',
            });
          expect(await each.query('SELECT name FROM here')).toEqual([{ name: each.searchPath[0] }]);
        }
    });

    it('keeps all of a transaction or nothing', async () => {
      await database.transaction(async (tx) => {
        await tx.execute("INSERT INTO item VALUES (1, 'a')");
        await tx.script("INSERT INTO item VALUES (2, 'b'); INSERT INTO item VALUES (3, 'c')");
      });
      const failure = new Error('stop');
      await expect(
        database.transaction(async (tx) => {
          await tx.execute('DELETE FROM item');
          throw failure;
        }),
      ).rejects.toBe(failure);
      expect(await database.query('SELECT id FROM item ORDER BY id')).toEqual([
        { id: 1 },
        { id: 2 },
        { id: 3 },
      ]);
    });

    it('names the constraint that refused a row, and goes on', async () => {
      const refused = database.execute("INSERT INTO item VALUES (9, 'a')");
      await expect(refused).rejects.toBeInstanceOf(UniqueViolationError);
      await expect(refused).rejects.toMatchObject({ constraint: 'item_name_key' });
      await expect(
        database.transaction((tx) => tx.execute("INSERT INTO item VALUES (1, 'z')")),
      ).rejects.toMatchObject({ constraint: 'item_pkey' });
      expect(await only('1')).toBe(1);
    });

    it('does not call a transaction done that a swallowed error has undone', async () => {
      await expect(
        database.transaction(async (tx) => {
          await tx.execute("INSERT INTO item VALUES (10, 'ten')");
          await tx.query('SELECT 1 / 0').catch(() => undefined);
        }),
      ).rejects.toBeInstanceOf(TransactionEndedError);
      expect(await database.query('SELECT FROM item WHERE id = 10')).toEqual([]);
    });

    it('refuses the database inside its transaction instead of hanging, and a transaction after its end', async () => {
      let leaked: { query(text: string): Promise<object[]> } | undefined;
      await database.transaction(async (tx) => {
        leaked = tx;
        await expect(database.query('SELECT 1')).rejects.toBeInstanceOf(NestedUseError);
        await expect(database.within('two').transaction(async () => 1)).rejects.toBeInstanceOf(
          NestedUseError,
        );
        await expect(database.exclusively('x', async () => 1)).rejects.toBeInstanceOf(NestedUseError);
      });
      await expect(leaked!.query('SELECT 1')).rejects.toBeInstanceOf(TransactionEndedError);
    });

    it('lets work that a transaction left behind use the database once it has ended', async () => {
      let later: Promise<unknown> | undefined;
      await database.transaction(async () => {
        later = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
          database.query('SELECT 1 AS one'),
        );
      });
      expect(await later).toEqual([{ one: 1 }]);
    });

    it('sends statements of a transaction one after another, also when asked for side by side', async () => {
      await database.transaction(async (tx) => {
        const answers = await Promise.all([1, 2, 3].map((n) => tx.query('SELECT $1::int AS n', [n])));
        expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
      });
    });

    it('calls back after a commit, and only then', async () => {
      const called: string[] = [];
      await database.transaction(async (tx) => {
        tx.afterCommit(() => called.push('committed'));
        await tx.query('SELECT 1');
        expect(called).toEqual([]);
      });
      await database
        .transaction(async (tx) => {
          tx.afterCommit(() => called.push('rolled back'));
          throw new Error('no');
        })
        .catch(() => undefined);
      expect(called).toEqual(['committed']);
    });

    it('shows one view throughout a snapshot, which cannot write', async () => {
      await expect(
        database.transaction((tx) => tx.execute('DELETE FROM item'), { isolation: 'snapshot' }),
      ).rejects.toMatchObject({ code: '25006' });
      const n = await database.transaction(
        async (tx) => (await tx.query<{ n: bigint }>('SELECT count(*) AS n FROM item'))[0]!.n,
        { isolation: 'snapshot' },
      );
      expect(n).toBe(3n);
    });

    it('lets one hold a lock at a time: others wait or are told at once', async () => {
      const order: string[] = [];
      let release!: () => void;
      const first = database.exclusively('job', async () => {
        order.push('first in');
        await new Promise<void>((resolve) => (release = resolve));
        order.push('first out');
      });
      while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await database.exclusively('job', async () => 1, { wait: false })).toBeUndefined();
      expect(await database.exclusively('other job', async () => 2, { wait: false })).toBe(2);
      const second = database.exclusively('job', async () => order.push('second in'));
      release();
      await Promise.all([first, second]);
      expect(order).toEqual(['first in', 'first out', 'second in']);
      expect(await database.exclusively('job', async () => 3, { wait: false })).toBe(3);
    });

    it('lets one wait in line for a while, or until a signal, and leaves the lock to others then', async () => {
      const over = new AbortController();
      const until = over.signal;
      let release!: () => void;
      const holder = await new Promise<{ readonly done: Promise<unknown> }>((resolve) => {
        const done = database.exclusively('office', () => {
          resolve({ done });
          return new Promise<void>((end) => (release = end));
        });
      });
      const inLine = (work: () => Promise<unknown>, mostMillis: number): Promise<unknown> =>
        database.exclusively('office', work, { wait: { mostMillis, until } });
      expect(await inLine(() => Promise.resolve('too early'), 30)).toBeUndefined();
      const left = inLine(() => Promise.resolve('left'), 600_000);
      await new Promise((resolve) => setTimeout(resolve, 30));
      over.abort();
      expect(await left).toBeUndefined();
      expect(await inLine(() => Promise.resolve('after the signal'), 600_000)).toBeUndefined();
      const next = database.exclusively('office', () => Promise.resolve('next'), {
        wait: { mostMillis: 600_000, until: new AbortController().signal },
      });
      release();
      await holder.done;
      expect(await next).toBe('next');
      // Those who left hold nothing.
      expect(await database.exclusively('office', () => Promise.resolve('whoever comes'))).toBe(
        'whoever comes',
      );
      const failure = new Error('broken');
      const failing = { wait: { mostMillis: 1_000, until: new AbortController().signal } };
      await expect(database.exclusively('office', () => Promise.reject(failure), failing)).rejects.toBe(
        failure,
      );
    });

    it('frees a lock whose work failed', async () => {
      const failure = new Error('broken');
      await expect(database.exclusively('job', () => Promise.reject(failure))).rejects.toBe(failure);
      expect(await database.exclusively('job', async () => 'free', { wait: false })).toBe('free');
    });
  });
}
