import { expect, it } from '@jest/globals';
import { openPglite } from '@smartkey/database';
import { approvalsProjection } from './approvals.projection.ts';

it('keeps ids in the order of bytes, whatever the order of the database: its list is merged with billing’s', async () => {
  const server = await openPglite(undefined);
  const database = await server.database('approvals');
  await database.script(approvalsProjection.ddl);
  expect(
    await database.query(
      `select collation_name as collation from information_schema.columns where table_name = 'approval' and column_name = 'id'`,
    ),
  ).toEqual([{ collation: 'C' }]);
  await server.close();
});
