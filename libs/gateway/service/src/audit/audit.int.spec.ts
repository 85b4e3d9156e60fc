import { instantOf } from '@smartkey/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageJson } from '@smartkey/event-bus';
import { OPERATOR_KEY, TestGateway } from '../testing/gateway.fixture.ts';

let test: TestGateway;
const logs = new Map<string, MessageJson[]>();

/** Three logs of 25 events each, recorded in turn. */
function fill(): void {
  (['contract', 'device-registry', 'billing'] as const).forEach((source, offset) => {
    logs.set(
      source,
      Array.from({ length: 25 }, (_, n) => ({
        id: `${source}-${n}`,
        source,
        type: n % 5 === 0 ? 'ServiceWithheld' : 'Other',
        version: 1,
        stream: `${source}-${n % 2}`,
        revision: n,
        position: String(n * 3 + 1),
        previous: String(Math.max(0, n * 3 - 2)),
        occurredAt: instantOf(Date.UTC(2018, 0, 1)),
        recordedAt: instantOf(Date.UTC(2018, 0, 1, 0, 0, n * 3 + offset)),
        contract: n % 2 === 0 ? 'ctr_even' : 'ctr_odd',
        data: { n, reason: `words about 山田 ${n}` },
      })),
    );
  });
}

beforeAll(async () => {
  fill();
  test = await TestGateway.start();
  serveLogs();
});
afterAll(() => test.close());

function serveLogs(): void {
  test.services.ownLogs = true;
  test.services.behaviour = ({ service, url }, reply) => {
    if (!url.startsWith('/internal/log')) return reply.code(404).send({});
    const { searchParams } = new URL(url, 'http://x');
    const after = Number(searchParams.get('after'));
    const log = logs.get(service) ?? [];
    const settled = log.at(-1)?.position ?? '0';
    // Short pages, so that a reader must go on.
    const messages = log.filter(({ position }) => Number(position) > after).slice(0, 10);
    return { messages, upTo: messages.at(-1)?.position ?? settled, settled };
  };
}

interface Listed {
  readonly id: string;
  readonly recordedAt: string;
}

async function all(query: string): Promise<Listed[]> {
  const items: Listed[] = [];
  let cursor: string | null = null;
  do {
    const { body } = await test.call(
      'GET',
      `/v1/audit/events?${query}${cursor === null ? '' : `&cursor=${cursor}`}`,
    );
    items.push(...(body.items as Listed[]));
    cursor = body.nextCursor as string | null;
  } while (cursor !== null);
  return items;
}

describe('the audit trail', () => {
  it.each([1, 7, 200])(
    'shows every event of every log once, in the order of recording, %i at a time',
    async (limit) => {
      const items = await all(`limit=${limit}`);
      expect(items).toHaveLength(75);
      expect(new Set(items.map(({ id }) => id)).size).toBe(75);
      expect(items.map(({ recordedAt }) => recordedAt)).toEqual(
        items.map(({ recordedAt }) => recordedAt).sort(),
      );
    },
  );
  it.each([
    ['source=billing', 25],
    ['type=ServiceWithheld', 15],
    ['contract=ctr_odd', 36],
    ['stream=contract-0', 13],
    ['type=ServiceWithheld&contract=ctr_even&source=contract', 3],
    ['type=None', 0],
  ])('%s: %i events', async (query, count) => expect(await all(`limit=4&${query}`)).toHaveLength(count));
  it('shows an event with its source, place and times', async () => {
    const { body } = await test.call('GET', '/v1/audit/events?limit=1');
    expect(body.items).toEqual([
      {
        id: 'contract-0',
        source: 'contract',
        position: '1',
        stream: 'contract-0',
        revision: 0,
        type: 'ServiceWithheld',
        version: 1,
        occurredAt: instantOf(Date.UTC(2018, 0, 1)),
        recordedAt: '2018-01-01T00:00:00.000Z',
        contract: 'ctr_even',
        data: {},
      },
    ]);
  });
  it('names nobody and repeats nobody’s words', async () => {
    const { text } = await test.call('GET', '/v1/audit/events?limit=200');
    expect(text).not.toContain('山田');
  });
  it('is verified log by log, and a broken place is named', async () => {
    const { behaviour } = test.services;
    const breaks = [{ stream: 's', revision: 3, kind: 'altered', detail: 'x' }];
    const event = {
      position: '7',
      stream: 'account-rid_1',
      revision: 0,
      type: 'IdRegistered',
      subject: 'rid_1',
    };
    let broken = false;
    let unreadable: { count: number; events: object[] } = { count: 0, events: [] };
    test.services.behaviour = (seen, reply) =>
      seen.url === '/internal/log/verification' && seen.method === 'POST'
        ? {
            events: 25,
            streams: 2,
            ...(broken && seen.service === 'billing' ? { broken: 1, breaks } : { broken: 0, breaks: [] }),
            ...(seen.service === 'device-registry' && { unreadable }),
          }
        : behaviour(seen, reply);
    const sound = await test.call('POST', '/v1/audit/verification');
    expect([sound.status, sound.body.sound]).toEqual([200, true]);
    expect(sound.body.services.map(({ source }: { source: string }) => source)).toEqual([
      'contract',
      'device-registry',
      'authentication',
      'billing',
      'gateway',
    ]);
    broken = true;
    const { body } = await test.call('POST', '/v1/audit/verification');
    expect(body.sound).toBe(false);
    expect(body.services[3].breaks).toEqual(breaks);
    broken = false;
    unreadable = { count: 1, events: [event] };
    const unread = await test.call('POST', '/v1/audit/verification');
    expect([unread.body.sound, unread.body.services[1].unreadable]).toEqual([false, unreadable]);
    test.services.behaviour = (_seen, reply) => reply.code(500).send({});
    expect((await test.call('POST', '/v1/audit/verification')).status).toBe(503);
    test.services.behaviour = behaviour;
  });
  it('is for operators and auditors', async () => {
    const { key } = await test.keyOf(test.contract(), 'contractor');
    expect((await test.call('GET', '/v1/audit/events', undefined, { key })).status).toBe(403);
    const auditor = (await test.call('POST', '/v1/keys', { role: 'auditor' })).body;
    expect((await test.call('GET', '/v1/audit/events', undefined, { key: auditor.key })).status).toBe(200);
  });
  it('a cursor that is none is 422, a service that does not serve its log 503', async () => {
    for (const cursor of ['x', Buffer.from('["1","2","x","4"]').toString('base64url')])
      expect((await test.call('GET', `/v1/audit/events?cursor=${cursor}`)).status).toBe(422);
    await test.services.stop('billing');
    expect((await test.call('GET', '/v1/audit/events')).status).toBe(503);
  });
});

describe('the log of people', () => {
  it('is among the others, without names and addresses', async () => {
    const begun = await test.call('POST', '/v1/sign-in/key', { key: OPERATOR_KEY }, { key: null });
    const form = { name: '山田花子', email: 'hanako@example.co.jp' };
    const { person } = (await test.call('POST', '/v1/me', form, { key: begun.body.token })).body;
    const { body } = await test.call('GET', '/v1/audit/events?source=gateway');
    expect(body.items).toEqual([
      expect.objectContaining({
        source: 'gateway',
        stream: `person-${person}`,
        type: 'PersonEstablished',
        data: { roles: ['operator'], by: 'key' },
      }),
    ]);
  });
});
