import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway } from '../testing/gateway.fixture.ts';

describe('GET /v1/audit/set-aside', () => {
  let test: TestGateway;
  /** How many each service has set aside. */
  const many: Readonly<Record<string, number>> = {
    contract: 0,
    'device-registry': 1,
    authentication: 0,
    billing: 4,
  };
  let down = false;

  beforeAll(async () => {
    test = await TestGateway.start();
    test.services.behaviour = ({ service, url }, reply) => {
      const { pathname, searchParams } = new URL(url, 'http://service');
      if (pathname !== '/internal/set-aside' || (down && service === 'contract'))
        return reply.code(503).send({});
      const all = Array.from({ length: many[service]! }, (_, n) => ({
        kind: 'stream',
        reader: 'ledger',
        place: `contract contract-${n}#3`,
        contract: `ctr_${n}`,
        waiting: n + 1,
        since: '2018-01-01T00:00:00.000Z',
      }));
      return { items: all.slice(0, Number(searchParams.get('limit'))) };
    };
  });
  afterAll(() => test.close());

  const page = async (query: string) => (await test.call('GET', `/v1/audit/set-aside?${query}`)).body;

  it('shows what all services have set aside, page by page', async () => {
    const found: { service: string; place: string; waiting: number }[] = [];
    for (let query: string | undefined = 'limit=2'; query !== undefined;) {
      const { items, nextCursor }: { items: typeof found; nextCursor: string | null } = await page(query);
      found.push(...items);
      query = nextCursor === null ? undefined : `limit=2&cursor=${nextCursor}`;
    }
    expect(found.map(({ service, waiting }) => `${service} ${waiting}`)).toEqual([
      'device-registry 1',
      'billing 1',
      'billing 2',
      'billing 3',
      'billing 4',
    ]);
    expect(Object.keys(found[0]!).sort()).toEqual(
      ['contract', 'kind', 'place', 'reader', 'service', 'since', 'waiting'].sort(),
    );
  });

  it('is not for contractors, and does not say that nothing is there where a service is down', async () => {
    const { key } = await test.keyOf(test.contract(), 'contractor');
    expect((await test.call('GET', '/v1/audit/set-aside', undefined, { key })).status).toBe(403);
    const far = Buffer.from(JSON.stringify([10_001])).toString('base64url');
    expect((await test.call('GET', `/v1/audit/set-aside?cursor=${far}`)).status).toBe(422);
    down = true;
    expect((await test.call('GET', '/v1/audit/set-aside')).status).toBe(503);
  });
});
