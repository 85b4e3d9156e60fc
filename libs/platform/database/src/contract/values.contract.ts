import { expect, it } from '@jest/globals';
import type { TestedDatabase } from './tested-database.contract.ts';

/** Values both ways: what comes of each type, and what may be given. */
export function valuesContract(tested: TestedDatabase): void {
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
    expect(await tested.only(sql)).toStrictEqual(value);
  });

  it('gives bytea as bytes', async () => {
    const bytes = await tested.only("'\\x00ff10'::bytea");
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
    expect(await tested.only(`$1::${type}`, [value])).toStrictEqual(value);
  });

  it('takes bytes', async () => {
    expect(await tested.only('sha256($1::bytea)', [new Uint8Array([1])])).toEqual(
      await tested.only(`sha256('\\x01'::bytea)`),
    );
    expect(await tested.only('cardinality($1::bytea[])', [[new Uint8Array([1, 92]), new Uint8Array()]])).toBe(
      2,
    );
  });

  it.each([[undefined], [Number.NaN], [new Date(0)], [[['nested']]], [() => 1]])(
    'refuses a parameter that means nothing in SQL: %p',
    async (value) => {
      await expect(tested.only('$1::text', [value])).rejects.toThrow(TypeError);
    },
  );

  it('carries large values both ways', async () => {
    const text = 'あ"\\'.repeat(1_000_000);
    expect(await tested.only('$1::text', [text])).toBe(text);
    const ids = Array.from({ length: 20_000 }, (_, i) => BigInt(i));
    const rows = await tested.database.query<{ id: bigint }>('SELECT id FROM unnest($1::bigint[]) id', [ids]);
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });
}
