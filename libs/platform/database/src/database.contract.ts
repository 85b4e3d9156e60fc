import { afterAll, beforeAll, describe } from '@jest/globals';
import { locksContract } from './contract/locks.contract.ts';
import { statementsContract } from './contract/statements.contract.ts';
import { TestedDatabase } from './contract/tested-database.contract.ts';
import { transactionsContract } from './contract/transactions.contract.ts';
import { valuesContract } from './contract/values.contract.ts';
import type { DatabaseServer } from './index.ts';

/** What every adapter of the database port promises. */
export function databaseContract(adapter: string, open: () => Promise<DatabaseServer>): void {
  describe(`database on ${adapter}`, () => {
    const tested = new TestedDatabase(adapter);
    beforeAll(async () => tested.opened(await open()));
    afterAll(() => tested.server.close());

    valuesContract(tested);
    statementsContract(tested);
    transactionsContract(tested);
    locksContract(tested);
  });
}
