import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@smartkey/database';
import { CLOCK_MIGRATION, openClock, SandboxClock } from '@smartkey/runtime';
import { TestGateway } from '../testing/gateway.fixture.ts';

let test: TestGateway;
beforeAll(async () => {
  test = await TestGateway.start();
});
afterAll(() => test.close());

const path = '/v1/sandbox/clock';

/** Services whose clock is a variable, with one thing due, as their internal routes say. */
function clockedServices(start: string, due: string | null) {
  const clocks = new Map<string, string>();
  const settled: string[] = [];
  let next = due;
  test.services.behaviour = ({ service, method, url, body }, reply) => {
    const at = clocks.get(service) ?? start;
    if (url === '/internal/clock' && method === 'GET') return { mode: 'sandbox', now: at };
    if (url === '/internal/clock/next-due') return { nextDue: service === 'contract' ? next : null };
    const { now, instant } = JSON.parse(body.toString()) as { now: string; instant: string };
    if (url === '/internal/clock' && method === 'PUT') {
      clocks.set(service, now);
      return { mode: 'sandbox', now };
    }
    if (url !== '/internal/clock/settle') return reply.code(404).send({});
    settled.push(`${service} ${instant}`);
    if (service === 'contract' && instant === next) next = null;
    return { settled: instant };
  };
  return { clocks, settled };
}

describe('business time', () => {
  it('of the machine cannot be moved: 409 in clear words, and 403 for who may not anyway', async () => {
    for (const call of [
      await test.call('GET', path),
      await test.call('PUT', path, { now: '2030-01-01T00:00:00Z' }),
    ]) {
      expect([call.status, call.body.code]).toEqual([409, 'clock-is-the-systems']);
      expect(call.body.detail).toContain('SMARTKEY_CLOCK');
    }
    const { key } = await test.keyOf(test.contract(), 'contractor');
    expect((await test.call('PUT', path, { now: '2030-01-01T00:00:00Z' }, { key })).status).toBe(403);
  });

  it('of the sandbox moves through what is due to the time asked for, in every service and at the gate', async () => {
    await migrate(test.database, [CLOCK_MIGRATION], 'clock');
    const sandbox = await openClock(test.database, { mode: 'sandbox', start: '2018-01-01T00:00:00.000Z' });
    test.sandbox = sandbox as SandboxClock;
    await test.restart();
    const { settled, clocks } = clockedServices('2018-01-01T00:00:00.000Z', '2018-01-31T15:00:00.000Z');
    expect((await test.call('GET', path)).body).toEqual({ now: '2018-01-01T00:00:00.000Z' });
    const expiring = (
      await test.call('POST', '/v1/keys', { role: 'auditor', expiresAt: '2018-02-01T00:00:00Z' })
    ).body;
    const moved = await test.call('PUT', path, { now: '2018-03-01T00:00:00+09:00' });
    expect([moved.status, moved.body]).toEqual([200, { now: '2018-02-28T15:00:00.000Z' }]);
    const each = ['contract', 'device-registry', 'authentication', 'billing'];
    expect(settled).toEqual(
      ['2018-01-31T15:00:00.000Z', '2018-02-28T15:00:00.000Z'].flatMap((at) =>
        each.map((name) => `${name} ${at}`),
      ),
    );
    expect([...clocks.values()]).toEqual(each.map(() => '2018-02-28T15:00:00.000Z'));
    expect((await test.call('GET', '/v1/status', undefined, { key: expiring.key })).status).toBe(401);
  });

  it('goes forward only', async () => {
    const call = await test.call('PUT', path, { now: '2018-02-28T14:59:59Z' });
    expect([call.status, call.body.code, call.body.errors[0].pointer]).toEqual([
      422,
      'clock-goes-forward-only',
      '/now',
    ]);
  });

  it('is not moved while a service is down: 503, and a repeat goes on', async () => {
    const { behaviour } = test.services;
    test.services.behaviour = (seen, reply) =>
      seen.service === 'billing' && seen.url.endsWith('/settle')
        ? reply.code(503).send({})
        : behaviour(seen, reply);
    const now = '2018-04-01T00:00:00Z';
    expect((await test.call('PUT', path, { now })).status).toBe(503);
    test.services.behaviour = behaviour;
    expect((await test.call('PUT', path, { now })).body).toEqual({ now: '2018-04-01T00:00:00.000Z' });
  });

  it.each(['2018-04-01', 'tomorrow', 5, null])('%s is no instant: 422', async (now) => {
    expect((await test.call('PUT', path, { now })).status).toBe(422);
  });
});
