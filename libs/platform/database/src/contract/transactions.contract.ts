import { expect, it } from '@jest/globals';
import { NestedUseError, TransactionEndedError, UniqueViolationError } from '../index.ts';
import type { TestedDatabase } from './tested-database.contract.ts';

/** Transactions: all or nothing, one view, and what may be done inside and after. */
export function transactionsContract(tested: TestedDatabase): void {
  it('keeps all of a transaction or nothing', async () => {
    await tested.database.transaction(async (tx) => {
      await tx.execute("INSERT INTO item VALUES (1, 'a')");
      await tx.script("INSERT INTO item VALUES (2, 'b'); INSERT INTO item VALUES (3, 'c')");
    });
    const failure = new Error('stop');
    await expect(
      tested.database.transaction(async (tx) => {
        await tx.execute('DELETE FROM item');
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await tested.database.query('SELECT id FROM item ORDER BY id')).toEqual([
      { id: 1 },
      { id: 2 },
      { id: 3 },
    ]);
  });

  it('names the constraint that refused a row, and goes on', async () => {
    const refused = tested.database.execute("INSERT INTO item VALUES (9, 'a')");
    await expect(refused).rejects.toBeInstanceOf(UniqueViolationError);
    await expect(refused).rejects.toMatchObject({ constraint: 'item_name_key' });
    await expect(
      tested.database.transaction((tx) => tx.execute("INSERT INTO item VALUES (1, 'z')")),
    ).rejects.toMatchObject({ constraint: 'item_pkey' });
    expect(await tested.only('1')).toBe(1);
  });

  it('does not call a transaction done that a swallowed error has undone', async () => {
    await expect(
      tested.database.transaction(async (tx) => {
        await tx.execute("INSERT INTO item VALUES (10, 'ten')");
        await tx.query('SELECT 1 / 0').catch(() => undefined);
      }),
    ).rejects.toBeInstanceOf(TransactionEndedError);
    expect(await tested.database.query('SELECT FROM item WHERE id = 10')).toEqual([]);
  });

  it('refuses the database inside its transaction instead of hanging, and a transaction after its end', async () => {
    let leaked: { query(text: string): Promise<object[]> } | undefined;
    await tested.database.transaction(async (tx) => {
      leaked = tx;
      await expect(tested.database.query('SELECT 1')).rejects.toBeInstanceOf(NestedUseError);
      await expect(tested.database.within('two').transaction(async () => 1)).rejects.toBeInstanceOf(
        NestedUseError,
      );
      await expect(tested.database.exclusively('x', async () => 1)).rejects.toBeInstanceOf(NestedUseError);
    });
    await expect(leaked!.query('SELECT 1')).rejects.toBeInstanceOf(TransactionEndedError);
  });

  it('lets work that a transaction left behind use the database once it has ended', async () => {
    let later: Promise<unknown> | undefined;
    await tested.database.transaction(async () => {
      later = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
        tested.database.query('SELECT 1 AS one'),
      );
    });
    expect(await later).toEqual([{ one: 1 }]);
  });

  it('sends statements of a transaction one after another, also when asked for side by side', async () => {
    await tested.database.transaction(async (tx) => {
      const answers = await Promise.all([1, 2, 3].map((n) => tx.query('SELECT $1::int AS n', [n])));
      expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
    });
  });

  it('calls back after a commit, and only then', async () => {
    const called: string[] = [];
    await tested.database.transaction(async (tx) => {
      tx.afterCommit(() => called.push('committed'));
      await tx.query('SELECT 1');
      expect(called).toEqual([]);
    });
    await tested.database
      .transaction(async (tx) => {
        tx.afterCommit(() => called.push('rolled back'));
        throw new Error('no');
      })
      .catch(() => undefined);
    expect(called).toEqual(['committed']);
  });

  it('shows one view throughout a snapshot, which cannot write', async () => {
    await expect(
      tested.database.transaction((tx) => tx.execute('DELETE FROM item'), { isolation: 'snapshot' }),
    ).rejects.toMatchObject({ code: '25006' });
    const n = await tested.database.transaction(
      async (tx) => (await tx.query<{ n: bigint }>('SELECT count(*) AS n FROM item'))[0]!.n,
      { isolation: 'snapshot' },
    );
    expect(n).toBe(3n);
  });
}
