import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { eventLogMigrations } from './event-log.migrations.ts';

const hashOf = (sql: string): string =>
  createHash('sha256').update(sql.trim().split(/\s+/).join(' ')).digest('hex').slice(0, 16);

describe('the migrations of the log', () => {
  it('are what databases have carried out, though later ones share their text: a new version of a function is a migration of its own', () => {
    expect(Object.fromEntries(eventLogMigrations.map(({ id, sql }) => [id, hashOf(sql)]))).toMatchObject({
      '0001-event-log': '9ddb13ba204616f1',
      '0002-fewer-statements-an-append': '3b09301bad27696d',
      '0003-whole-milliseconds': '3d9caa28e44466a8',
      '0004-went-back': 'be7015449ac6aad9',
      '0005-batches-of-many-streams': '5f7a5bbc532db4e3',
      '0006-incarnations': '4d46f8c806e0c4e3',
      '0007-followed-losses': '18aad9e7a0f55a07',
      '0008-one-event-to-held-streams': '1f42779795fb7fdc',
      '0009-one-event-by-itself': '56da0ce0850e3913',
      '0010-end-of-a-proposed-loss': '8e1e7e38c4d2033d',
    });
  });
});
