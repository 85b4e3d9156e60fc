import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onLoopback } from '@smartkey/servers';
import { ContractWorld } from '../testing/contract-world.fixture.ts';

/** A directory kept elsewhere. */
const active = new Set(['IID-1', 'IID-2']);
let down = false;
let directory: Server;
let world: ContractWorld;

beforeAll(async () => {
  directory = createServer((request, response) => {
    const id = request.url!.split('/').at(-1)!;
    if (down) response.writeHead(503).end();
    else response.end(JSON.stringify({ active: active.has(id) }));
  });
  world = await ContractWorld.open('2018-01-10T00:00:00.000Z', {
    SMARTKEY_IIJ_ID_URL: await onLoopback(directory),
  });
});
afterAll(async () => {
  await world?.close();
  directory.closeAllConnections();
  directory.close();
});

const apply = (iijIdContract: string) => world.apply('enterprise', { iijIdContract });
const accept = (id: string) => world.call('POST', `/contracts/${id}/acceptance`, {});

describe('第3条: with a directory that is kept elsewhere', () => {
  it('an application is accepted where it says active, refused where it says not', async () => {
    expect(await accept(await apply('IID-1'))).toMatchObject({ status: 200 });
    expect(await accept(await apply('IID-9'))).toMatchObject({
      status: 422,
      body: { code: 'not-eligible', errors: [{ rule: '第3条' }] },
    });
  });

  it('nothing is decided while it does not answer; other refusals do not wait for it', async () => {
    const id = await apply('IID-1');
    const accepted = await apply('IID-1');
    await accept(accepted);
    down = true;
    try {
      const refused = await accept(id);
      expect(refused).toMatchObject({ status: 503, body: { code: 'temporarily-unavailable' } });
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(await world.call('GET', '/iij-id-contracts/IID-1')).toMatchObject({ status: 503 });
      expect(await accept(accepted)).toMatchObject({ status: 409 });
      expect(await accept('ctr_unknown')).toMatchObject({ status: 404 });
    } finally {
      down = false;
    }
    expect(await accept(id)).toMatchObject({ status: 200 });
  });

  it('it is asked, not told', async () => {
    expect(await world.call('PUT', '/iij-id-contracts/IID-1', { active: false })).toMatchObject({
      status: 409,
      body: { code: 'directory-kept-elsewhere' },
    });
    expect(await world.ok('GET', '/iij-id-contracts/IID-9')).toEqual({
      id: 'IID-9',
      active: false,
      source: 'http',
    });
  });

  it('a round over all contracts records losses and returns, once each, and ends nothing', async () => {
    const id = await apply('IID-2');
    await accept(id);
    const types = async () =>
      (await world.ok('GET', `/contracts/${id}/history`)).items.map((each: { type: string }) => each.type);
    await world.caughtUp();
    active.delete('IID-2');
    await world.checkIijIds();
    await world.caughtUp();
    await world.checkIijIds();
    expect(await world.ok('GET', `/contracts/${id}`)).toMatchObject({
      status: 'accepted',
      iijIdContractHeld: false,
      iijIdContractLostOn: '2018-01-10',
    });
    active.add('IID-2');
    await world.caughtUp();
    await world.checkIijIds();
    expect((await types()).slice(-2)).toEqual(['IijIdContractLost', 'IijIdContractRegained']);
    expect(await world.ok('GET', `/contracts/${id}`)).toMatchObject({ iijIdContractHeld: true });
  });
});
