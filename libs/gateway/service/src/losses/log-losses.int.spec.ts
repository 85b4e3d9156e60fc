import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway } from '../testing/gateway.fixture.ts';

const AT = '2018-01-01T00:00:00.000Z';
const PATH = '/v1/audit/logs/billing';

let test: TestGateway;
/** As the service keeps it; what it refuses is shown where its routes are. */
let proposal: { id: string; proposedBy: string; reason: string; at: string; keptPosition: string } | null =
  null;
/** Bodies of what was said to it, and whom else the gateway let look. */
const confirmed: unknown[] = [];
const looked: string[] = [];

beforeAll(async () => {
  test = await TestGateway.start();
  test.services.behaviour = ({ service, url, body }, reply) => {
    if (url === '/internal/log/look') looked.push(service);
    if (url === '/internal/log/losses') {
      const { by, reason, keptPosition } = JSON.parse(body.toString()) as Record<string, string>;
      if (keptPosition !== '7')
        return reply.code(409).send({ code: 'log-ends-elsewhere', detail: 'It does.' });
      return (proposal = { id: 'a1', proposedBy: by!, reason: reason!, at: AT, keptPosition });
    }
    if (url === '/internal/log/losses/a1/confirmation') {
      confirmed.push(JSON.parse(body.toString()));
      proposal = null;
      return {};
    }
    const anchor = { id: 'x', hash: 'x', stream: 'series-SK', revision: 3, incarnation: 1 };
    return {
      state: 'log-went-back',
      since: AT,
      incarnation: 1,
      head: { position: '7', ...anchor },
      evidence: [
        {
          reader: 'contract/months/0',
          detail: 'It has more.',
          known: { position: '9', ...anchor },
          head: null,
          at: AT,
        },
        { reader: 'checkpoint', detail: 'It was longer.', known: null, head: null, at: AT },
      ],
      proposal,
    };
  };
});
afterAll(() => test.close());

const keyOf = async (name: string, by?: string): Promise<{ id: string; key: string }> =>
  (await test.call('POST', '/v1/keys', { role: 'operator', name }, by === undefined ? {} : { key: by })).body;
const codeOf = async (path: string, key: string, body?: object) => {
  const answer = await test.call('POST', `${PATH}/losses${path}`, body, { key });
  return [answer.status, answer.body.code];
};

describe('a loss of a service’s log', () => {
  it('is shown with what others know, and given up by two persons, whose ids the service keeps', async () => {
    const [one, other] = [await keyOf('鈴木'), await keyOf('田中')];
    const further = await keyOf('佐藤', one.key);
    expect((await test.call('GET', PATH)).body).toEqual({
      log: 'billing',
      state: 'log-went-back',
      since: AT,
      incarnation: 1,
      end: { position: '7', stream: 'series-SK', revision: 3 },
      beyond: [
        { reader: 'contract/months/0', detail: 'It has more.', position: '9', at: AT },
        { reader: 'checkpoint', detail: 'It was longer.', position: null, at: AT },
      ],
      proposal: null,
    });
    const form = { reason: 'no copy is left', keptPosition: '7' };
    expect(await codeOf('', one.key, { ...form, keptPosition: '8' })).toEqual([409, 'log-ends-elsewhere']);
    const broken = await test.call('POST', `${PATH}/losses`, { ...form, keptPosition: '-7' });
    expect(broken).toMatchObject({ status: 422, body: { errors: [{ pointer: '/keptPosition' }] } });
    const proposed = await test.call('POST', `${PATH}/losses`, form, { key: one.key });
    expect(proposed).toMatchObject({ status: 201, body: { proposal: { id: 'a1', proposedBy: one.id } } });
    for (const { key } of [one, further])
      expect(await codeOf('/a1/confirmation', key)).toEqual([403, 'same-person']);
    expect(await codeOf('/a2/confirmation', other.key)).toEqual([404, 'not-found']);
    expect(confirmed).toEqual([]);
    expect(
      (await test.call('POST', `${PATH}/losses/a1/confirmation`, undefined, { key: other.key })).status,
    ).toBe(200);
    expect(confirmed).toEqual([{ by: other.id }]);
    // Readers need not wait until they look by themselves.
    expect(looked).toEqual(['contract', 'device-registry', 'authentication', 'billing']);
    expect(await codeOf('/a1/confirmation', other.key)).toEqual([404, 'not-found']);
  });

  it('is of a log that there is, and the people’s log is not asked for here', async () => {
    for (const name of ['gateway', 'nothing'])
      expect((await test.call('GET', `/v1/audit/logs/${name}`)).status).toBe(404);
  });
});
