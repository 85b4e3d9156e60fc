import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@smartkey/database';
import { KAFKA_MIGRATIONS, UnreadableRecords } from '@smartkey/kafka';
import { internalHeaders } from '@smartkey/http';
import { request } from 'undici';
import { createService, type Service } from '../service/service.ts';
import { toy, World } from '../toy-services.fixture.ts';

describe('a service on a broker', () => {
  let world: World;
  let service: Service;
  let records: UnreadableRecords;
  let trouble: Error | undefined;

  const call = async (method: 'GET' | 'POST' | 'DELETE', path: string) => {
    const headers = internalHeaders({ token: world.environment.material.internalToken });
    const answer = await request(service.url + path, { method, headers });
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      text,
      body: text.startsWith('{') ? (JSON.parse(text) as object) : undefined,
    };
  };

  beforeAll(async () => {
    world = await World.make('2018-01-01T00:00:00.000Z');
    const database = await world.environment.server.database('contract');
    await migrate(database, KAFKA_MIGRATIONS, 'relay');
    records = new UnreadableRecords(database);
    service = await createService(toy('contract'), {
      ...world.environment,
      onBrokers: {
        unreadable: records,
        check: () => {
          if (trouble !== undefined) throw trouble;
        },
      },
    });
    world.services.push(service);
    await world.run();
    await records.keep([
      {
        group: 'smartkey.contract.months',
        topic: 'smartkey.billing',
        place: { source: 'billing', partition: 2, of: 6 },
        offset: 41n,
        headers: { ce_type: 'com.example.thing' },
        value: Buffer.alloc(70_000, 'x'),
        reason: 'a record without ce_specversion',
      },
    ]);
  });
  afterAll(() => world.stop());

  it('shows what its consumers could not read: once, its value bounded, its whole length told', async () => {
    const { body } = await call('GET', '/internal/dead-letters');
    const { items } = body as { items: { id: string; value: string }[] };
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ id: '1', partition: 2, offset: '41', valueBytes: 70_000 });
    expect(Buffer.from(items[0]!.value, 'base64')).toHaveLength(65_536);
    expect((await call('GET', '/internal/dead-letters/1')).body).toEqual(items[0]);
  });

  it('counts them for each group', async () => {
    const { text } = await call('GET', '/metrics');
    expect(text).toContain(
      'smartkey_unreadable_records{service="contract",group="smartkey.contract.months"} 1',
    );
  });

  it('reads one again when asked, and lets it go', async () => {
    expect(await call('POST', '/internal/dead-letters/1/retry')).toMatchObject({
      status: 200,
      body: { reason: 'of its 70000 bytes only the first are kept' },
    });
    expect((await call('DELETE', '/internal/dead-letters/1')).status).toBe(204);
    for (const [method, path] of [
      ['GET', '1'],
      ['DELETE', '1'],
      ['POST', '1/retry'],
      ['GET', 'none'],
    ] as const)
      expect((await call(method, `/internal/dead-letters/${path}`)).status).toBe(404);
    expect((await call('GET', '/internal/dead-letters')).body).toEqual({ items: [] });
  });

  it('is not ready while its consumers take nothing in', async () => {
    expect((await call('GET', '/health/ready')).status).toBe(200);
    trouble = new Error('not a member of its group: no broker');
    const { status, text } = await call('GET', '/health/ready');
    expect(status).toBe(503);
    expect(text).toContain('bus');
    trouble = undefined;
    expect((await call('GET', '/health/ready')).status).toBe(200);
  });
});
