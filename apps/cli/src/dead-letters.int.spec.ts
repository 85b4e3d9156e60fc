import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, openPglite } from '@smartkey/database';
import { type FoundRecord, KAFKA_MIGRATIONS, UnreadableRecords } from '@smartkey/kafka';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

let folder: string;
let out: string[];
let err: string[];
const cli = async (...words: string[]): Promise<number> => {
  out = [];
  err = [];
  return run(words, {
    env: { SMARTKEY_DATA_DIR: folder },
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
  });
};
const found = (offset: bigint, value: Uint8Array | null): FoundRecord => ({
  group: 'smartkey.billing.billing.usage-ledger.v1',
  topic: 'smartkey.contract',
  place: { source: 'contract', partition: 1, of: 6 },
  offset,
  headers: { ce_type: 'com.example.thing' },
  value,
  reason: 'a record without ce_specversion',
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smartkey-dead-letters-'));
  const server = await openPglite(folder);
  const database = await server.database('billing');
  await migrate(database, KAFKA_MIGRATIONS, 'relay');
  const records = new UnreadableRecords(database);
  await records.keep([
    found(7n, Buffer.from('{"cut')),
    found(8n, Buffer.from([0xff, 0x00])),
    found(7n, null),
  ]);
  await server.close();
});
afterAll(() => rm(folder, { recursive: true }));

describe('dead-letters, on a stopped system', () => {
  it('lists what could not be read, each once, with the reason', async () => {
    expect(await cli('dead-letters', 'list')).toBe(1);
    expect(out).toContain('billing 1');
    expect(out[1]).toMatch(
      /smartkey\.contract partition 1 offset 7, found by smartkey\.billing\.billing\.usage-ledger\.v1 at 2.*: a record without ce_specversion/,
    );
    expect(out.at(-1)).toBe('2 dead letters');
  });

  it('shows headers and value, as base64 where it is no text', async () => {
    expect(await cli('dead-letters', 'show', 'billing', '1')).toBe(0);
    expect(JSON.parse(out.join('\n'))).toMatchObject({ offset: '7', value: '{"cut', valueBytes: 5 });
    expect(await cli('dead-letters', 'show', 'billing', '2')).toBe(0);
    expect(JSON.parse(out.join('\n'))).toMatchObject({ valueBase64: '/wA=' });
  });

  it('lists those that name somebody, and those of which nobody can say', async () => {
    expect(await cli('dead-letters', 'list', '--naming', 'Taro@example.jp')).toBe(1);
    expect(out).toEqual(['billing 2: cannot be looked through', expect.anything(), '1 dead letters']);
    const named = found(9n, Buffer.from(JSON.stringify({ user: 'taro@EXAMPLE.jp' })));
    const escaped = found(10n, Buffer.from('{"user":"\\u592a\\u90ce"'));
    const inHeader = { ...found(11n, null), headers: { author: '山田太郎' } };
    const long = found(12n, Buffer.alloc(70_000, 'a'));
    const server = await openPglite(folder);
    const records = new UnreadableRecords(await server.database('billing'));
    await records.keep([named, escaped, inHeader, long]);
    const [, , ...added] = (await records.list()).map(({ id }) => `billing ${id}`);
    await server.close();
    const listed = async (text: string) => {
      await cli('dead-letters', 'list', '--naming', text);
      return out.filter((line) => line.startsWith('billing'));
    };
    const unknown = ['billing 2: cannot be looked through', `${added[3]}: cannot be looked through`];
    expect(await listed('taro@example.jp')).toEqual([unknown[0], added[0], unknown[1]]);
    expect(await listed('太郎')).toEqual([unknown[0], added[1], added[2], unknown[1]]);
    for (const letter of added) expect(await cli('dead-letters', 'discard', ...letter.split(' '))).toBe(0);
  });

  it('says where one still cannot be read, and lets one go when told to', async () => {
    expect(await cli('dead-letters', 'retry', 'billing', '1')).toBe(1);
    expect(out).toEqual(['1 still cannot be read: a record without ce_specversion']);
    for (const id of ['1', '2']) expect(await cli('dead-letters', 'discard', 'billing', id)).toBe(0);
    expect(await cli('dead-letters', 'list')).toBe(0);
    expect(out).toEqual(['0 dead letters']);
  });

  it('knows no other id, and no service without a broker', async () => {
    expect(await cli('dead-letters', 'show', 'billing', '99')).toBe(2);
    expect(err).toEqual(['there is no dead letter 99']);
    expect(await cli('dead-letters', 'retry', 'contract', '1')).toBe(2);
    expect(await cli('dead-letters', 'discard', 'billing', 'all')).toBe(2);
  });
});
