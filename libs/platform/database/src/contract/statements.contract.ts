import { expect, it } from '@jest/globals';
import { prepared } from '../index.ts';
import type { TestedDatabase } from './tested-database.contract.ts';

/** Statements: what they touched, prepared ones, and the schemas that they look in. */
export function statementsContract(tested: TestedDatabase): void {
  it('counts the rows that a statement touched', async () => {
    expect(await tested.database.execute('INSERT INTO other SELECT generate_series(1, 5)')).toBe(5);
    expect(await tested.database.execute('DELETE FROM other WHERE id <= $1', [2])).toBe(2);
    expect(await tested.database.execute('DELETE FROM other')).toBe(3);
  });

  it('runs a prepared statement again and again, under other schemas too', async () => {
    const statement = prepared(
      `contract_count_${tested.adapter}`,
      'SELECT count(*) AS n FROM item WHERE id > $1',
    );
    const two = await tested.server.database('two');
    await two.script('CREATE TABLE item (id integer)');
    await two.execute('INSERT INTO item VALUES (1), (2)');
    for (let i = 0; i < 8; i += 1) {
      expect(await tested.database.query(statement, [0])).toEqual([{ n: 0n }]);
      expect(await two.query(statement, [0])).toEqual([{ n: 2n }]);
    }
  });

  it('runs a prepared statement also after it has failed', async () => {
    const statement = prepared(`contract_divide_${tested.adapter}`, 'SELECT 6 / $1::int AS value');
    await expect(tested.database.query(statement, [0])).rejects.toMatchObject({ code: '22012' });
    expect(await tested.database.query(statement, [2])).toEqual([{ value: 3 }]);
    await tested.database.transaction(async (tx) => {
      expect(await tx.query(statement, [3])).toEqual([{ value: 2 }]);
    });
  });

  it('finds unqualified names in its schemas, the first one being where tables are made', async () => {
    const both = tested.database.within('three', 'one');
    await tested.database.script('CREATE SCHEMA three');
    await both.script('CREATE TABLE made_here (id integer)');
    await both.query('SELECT * FROM item');
    await expect(tested.database.query('SELECT * FROM made_here')).rejects.toMatchObject({ code: '42P01' });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        i % 2 ? tested.database.query('SELECT * FROM item') : both.query('SELECT * FROM made_here'),
      ),
    );
  });

  it('looks in the schemas of each statement, whatever became of the one before it', async () => {
    const schemas = await Promise.all(['turn_a', 'turn_b'].map((schema) => tested.server.database(schema)));
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
}
