import { describe, expect, it } from '@jest/globals';
import { conflict, ok } from '@smartkey/kernel';
import { readImportHeader, readImportRow, type ImportHeader } from './import-row.ts';
import { rowResultOf } from './row-outcome.ts';

const headerOf = (...cells: string[]): ImportHeader => {
  const header = readImportHeader(cells);
  if (!header.ok) throw new Error(header.error.code);
  return header.value;
};

describe('an import file has a header line', () => {
  it('takes its columns in any order, displayName only where wanted', () => {
    expect(headerOf('action', 'externalId')).toEqual({ width: 2, externalId: 1, action: 0 });
    expect(headerOf('externalId', 'displayName', 'action')).toMatchObject({ displayName: 1 });
  });

  it.each([
    [['externalId', 'action', 'externalId'], 'duplicate-column'],
    [['externalId', 'action', 'secret'], 'unknown-column'],
    [['externalId', 'displayName'], 'missing-column'],
    [['action'], 'missing-column'],
    [['taro', '', 'register'], 'unknown-column'],
    [[''], 'unknown-column'],
  ])('%j is refused: %s', (cells, code) => {
    expect(readImportHeader(cells)).toMatchObject({ error: { kind: 'invalid', code } });
  });
});

describe('every row of an import stands for itself', () => {
  const header = headerOf('externalId', 'displayName', 'action');
  const read = (...cells: string[]) => readImportRow(header, cells);

  it('reads a row', () => {
    expect(read('taro', '', 'register')).toEqual(ok({ externalId: 'taro', action: 'register' }));
    expect(read('taro', '山田', ' suspend ')).toEqual(
      ok({ externalId: 'taro', displayName: '山田', action: 'suspend' }),
    );
  });

  it.each([
    [['taro', 'register'], 'ragged-row'],
    [['taro', '', 'register', ''], 'ragged-row'],
    [['', '', 'register'], 'external-id-length'],
    [['ta\u0000ro', '', 'register'], 'external-id-characters'],
    [['taro', 'a\nb', 'register'], 'display-name-characters'],
    [['taro', '', 'REGISTER'], 'unknown-action'],
    [['taro', '', ''], 'unknown-action'],
  ])('%j is refused: %s', (cells, code) => {
    expect(read(...cells)).toMatchObject({ error: { code } });
  });
});

describe('an import says how things are to be', () => {
  it('what was done, what was so already, what failed', () => {
    expect(rowResultOf('resume', ok([{ type: 'IdResumed' }]))).toEqual({ outcome: 'resumed' });
    expect(rowResultOf('deregister', ok([]))).toEqual({ outcome: 'unchanged' });
    expect(rowResultOf('register', conflict('already-registered', 'It is.'))).toMatchObject({
      outcome: 'unchanged',
      code: 'already-registered',
    });
    expect(rowResultOf('suspend', conflict('not-registered', 'It is not.'))).toEqual({
      outcome: 'failed',
      code: 'not-registered',
      detail: 'It is not.',
    });
  });
});
