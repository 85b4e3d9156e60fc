import { untilSeen } from '@smartkey/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { derivedUuid } from '@smartkey/identity';
import { systemActor, type ContractId } from '@smartkey/kernel';
import { contractorOf, World } from '../testing/world.fixture.ts';
import type { ImportView } from './import-view.ts';

const HEADER = 'externalId,displayName,action';
const csvOf = (...rows: readonly string[]): string => [HEADER, ...rows].join('\r\n');
type Line = readonly [row: string, externalId: string, action: string, outcome: string, code: string];

describe('imports of IDs over HTTP', () => {
  let world: World;
  let contract: ContractId;
  const path = (more = ''): string => `/v1/contracts/${contract}${more}`;
  const send = (csv: string | Uint8Array, query = '', options = {}) =>
    world.call<ImportView>('POST', path(`/ids/imports${query}`), undefined, { csv, ...options });
  const done = (id: string) =>
    untilSeen(
      async () => (await world.call<ImportView>('GET', path(`/imports/${id}`))).body,
      ({ status }) => status === 'completed',
    );
  const carriedOut = async (csv: string, query = ''): Promise<ImportView> => {
    const { status, body } = await send(csv, query);
    expect(status).toBe(202);
    return done(body.id);
  };
  const results = async (id: string): Promise<Line[]> => {
    const { body } = await world.call<string>('GET', path(`/imports/${id}/results.csv`));
    const [, ...lines] = body.trimEnd().split('\r\n');
    return lines.map((line) => line.split(',').slice(0, 5) as unknown as Line);
  };

  beforeAll(async () => {
    world = await World.open();
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
  });
  afterAll(() => world.close());

  it('carries out each row by itself, with a result for each', async () => {
    const kept = await world.register(contract, 'kept');
    const leaving = await world.register(contract, 'leaving');
    await world.enrol(contract, leaving);
    world.authentication.told.length = 0;
    const csv = csvOf(
      'new,新人,register',
      'kept,,register',
      'leaving,,deregister',
      'kept,,suspend',
      'nobody,,deregister',
      'other,,resume',
      'bad,,fly',
    );
    const view = await carriedOut(csv);
    expect(view).toMatchObject({
      status: 'completed',
      dryRun: false,
      total: 7,
      done: 7,
      registered: 1,
      deregistered: 1,
      suspended: 0,
      resumed: 0,
      unchanged: 1,
      failed: 4,
      startedAt: world.now(),
      finishedAt: world.now(),
    });
    expect(await results(view.id)).toEqual([
      ['1', 'new', 'register', 'registered', ''],
      ['2', 'kept', 'register', 'unchanged', 'already-registered'],
      ['3', 'leaving', 'deregister', 'deregistered', ''],
      ['4', 'kept', 'suspend', 'failed', 'duplicate-in-file'],
      ['5', 'nobody', 'deregister', 'failed', 'not-found'],
      ['6', 'other', 'resume', 'failed', 'not-found'],
      ['7', 'bad', 'fly', 'failed', 'unknown-action'],
    ]);
    expect(await world.types(kept)).toEqual(['IdRegistered']);
    expect(world.authentication.told.map(({ type }) => type)).toEqual(['IdDeregistered', 'DeviceRevoked']);
    const listed = await world.call('GET', path('/ids?externalId=new'));
    expect(listed.body).toMatchObject({
      items: [{ externalId: 'new', displayName: '新人', status: 'registered' }],
    });
  });

  it('does not tell of rows that are nobody’s, nor of files of other contracts', async () => {
    const other = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const { body } = await send(csvOf('private,,register'));
    const actor = contractorOf(other);
    for (const more of ['', '/results.csv']) {
      expect((await world.call('GET', path(`/imports/${body.id}${more}`), undefined, { actor })).status).toBe(
        404,
      );
      expect((await world.call('GET', `/v1/contracts/${other}/imports/${body.id}${more}`)).status).toBe(404);
    }
    await done(body.id);
  });

  it('lists a contract’s imports, the newest first, also those of one instant', async () => {
    const fresh = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const sent: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const csv = csvOf(`${name},,register`);
      const { body } = await world.call<ImportView>('POST', `/v1/contracts/${fresh}/ids/imports`, undefined, {
        csv,
      });
      sent.push(body.id);
    }
    type List = { items: ImportView[]; nextCursor: string | null };
    const list = async (query: string) =>
      (await world.call<List>('GET', `/v1/contracts/${fresh}/imports${query}`)).body;
    const first = await list('?limit=2');
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(sent.reverse());
    expect(second.nextCursor).toBeNull();
  });

  it('gives nobody new an id that holds what is not seen; rows about those of before go on', async () => {
    const old = 'ol\u202ed';
    const { account, digest } = (
      await world.registry.identities.reserveNew(contract, [{ externalId: old }], world.now())
    )[0]!;
    await world.parts.store.append({
      stream: `account-${account}`,
      expected: 'any',
      events: [
        {
          id: derivedUuid('old', account),
          type: 'IdRegistered',
          version: 1,
          data: {
            account,
            contract,
            externalId: old,
            externalIdDigest: digest,
            spell: 1,
            registeredOn: '2018-01-05',
          },
          metadata: { commandId: 'old', actor: systemActor('test') },
          occurredAt: world.now(),
        },
      ],
    });
    const csv = csvOf(
      'ne\u200bw,,register',
      `${old},,register`,
      'plain,na\u202eme,register',
      '=\ufeff,,suspend',
    );
    for (const query of ['?dryRun=true', '']) {
      const { id } = await carriedOut(csv, query);
      expect((await results(id)).map(([row, , , outcome, code]) => [row, outcome, code])).toEqual([
        ['1', 'failed', 'external-id-characters'],
        ['2', 'unchanged', 'already-registered'],
        ['3', 'failed', 'display-name-characters'],
        ['4', 'failed', 'not-found'],
      ]);
    }
    const { id } = await carriedOut(csvOf(`${old},,suspend`));
    expect(await results(id)).toMatchObject([['1', old, 'suspend', 'suspended', '']]);
    expect(await world.registry.identities.find(contract, ['ne\u200bw'])).toEqual(new Map());
  });

  it('a dry run gives the same results and does nothing', async () => {
    await world.register(contract, 'dry-kept');
    const csv = csvOf('dry-new,,register', 'dry-kept,,register', 'dry-gone,,suspend', 'dry-kept,,suspend');
    const dry = await carriedOut(csv, '?dryRun=true');
    expect(dry).toMatchObject({ dryRun: true, registered: 1, unchanged: 1, failed: 2 });
    expect((await world.call('GET', path('/ids?externalId=dry-new'))).body).toMatchObject({ items: [] });
    const wet = await carriedOut(csv);
    expect(await results(wet.id)).toEqual(await results(dry.id));
  });

  it('the same file and key twice is one import; another file with the key is refused', async () => {
    const csv = csvOf('keyed,,register');
    const once = await send(csv, '', { commandId: 'cmd-import' });
    const again = await send(csv, '', { commandId: 'cmd-import' });
    expect(again.status).toBe(202);
    expect(again.body.id).toBe(once.body.id);
    expect(await send(csvOf('other,,register'), '', { commandId: 'cmd-import' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
    await done(once.body.id);
  });

  it('writes cells that no spreadsheet takes for a formula', async () => {
    const names = ['=1+1', '+81', '-1', '@sum', '＝full'];
    const { id } = await carriedOut(csvOf(...names.map((name) => `${name},,register`)));
    const { body, headers } = await world.call<string>('GET', path(`/imports/${id}/results.csv`));
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const cells = body.split('\r\n').map((line) => line.split(',')[1] ?? '');
    for (const name of ['=1+1', '+81', '@sum', '＝full']) expect(cells).toContain(`'${name}`);
    // A number runs as nothing.
    expect(cells).toContain('-1');
    expect(cells.filter((cell) => cell !== '-1').every((cell) => !/^[=+\-@\t\r]/.test(cell))).toBe(true);
    const shiftJis = await world.call<{ errors: { pointer: string }[] }>(
      'GET',
      path(
        `/imports/${(await carriedOut(csvOf('🔑,,register', '鍵,,register'))).id}/results.csv?encoding=shift_jis`,
      ),
    );
    expect(shiftJis).toMatchObject({
      status: 422,
      body: { code: 'not-encodable', errors: [{ pointer: '/rows/1/externalId', rule: 'shift_jis' }] },
    });
    expect((await world.call('GET', path(`/imports/${id}/results.csv?encoding=utf-16`))).status).toBe(422);
  });

  it.each([
    ['a duplicate header', 'externalId,action,action\r\n', 422, 'duplicate-column'],
    ['no header', 'taro,,register\r\n', 422, 'unknown-column'],
    ['an open quote', `${HEADER}\r\n"taro,,register\r\n`, 422, 'malformed-csv'],
    ['Shift_JIS', Buffer.from([...Buffer.from(`${HEADER}\r\n`), 0x8e, 0x52]), 422, 'not-utf-8'],
    ['more than 16 MiB', `${HEADER}\r\n${'x,,register\r\n'.repeat(1_400_000)}`, 413, 'content-too-large'],
  ] as const)('refuses %s as a whole, and keeps nothing of it', async (_, file, status, code) => {
    expect(await send(file)).toMatchObject({ status, body: { code } });
    const [left] = await world.parts.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM imports WHERE status = 'receiving'`,
    );
    expect(left!.count).toBe(0);
  });

  it('refuses another type of body, and a contract that is not in force', async () => {
    expect((await world.call('POST', path('/ids/imports'), {})).status).toBe(415);
    const applied = await world.contracts.applied('2018-01-02T00:00:00.000Z');
    expect(
      await world.call('POST', `/v1/contracts/${applied}/ids/imports`, undefined, {
        csv: csvOf('a,,register'),
      }),
    ).toMatchObject({ status: 409, body: { code: 'contract-not-accepted' } });
  });
});
