import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import type { Running } from '@smartkey/runtime';
import { runGateway } from './gateway.ts';

let postgres: PostgresHarness;
let env: Record<string, string>;
const gateways: Running[] = [];

beforeAll(async () => {
  postgres = await startPostgres({ fsync: 'on', synchronous_commit: 'on' });
  env = {
    DATABASE_URL: await postgres.createDatabase(),
    PORT: '0',
    SMARTKEY_LOG_LEVEL: 'silent',
    SMARTKEY_OPERATOR_KEY: 'operator-key-of-this-test',
    SMARTKEY_ENCRYPTION_KEYS: Buffer.alloc(32, 1).toString('base64'),
    SMARTKEY_LOOKUP_KEY: Buffer.alloc(32, 2).toString('base64'),
    SMARTKEY_INTERNAL_TOKEN: 'an internal token of more than 32 characters',
    // Nobody listens there.
    SMARTKEY_CONTRACT_URL: 'http://127.0.0.1:9',
    SMARTKEY_DEVICE_REGISTRY_URL: 'http://127.0.0.1:9',
    SMARTKEY_AUTHENTICATION_URL: 'http://127.0.0.1:9',
    SMARTKEY_BILLING_URL: 'http://127.0.0.1:9',
  };
  gateways.push(...(await Promise.all([runGateway(env), runGateway(env)])));
});
afterAll(async () => {
  for (const gateway of gateways) await gateway.stop();
  await postgres.stop();
});

const call = (
  at: number,
  method: string,
  path: string,
  key: string,
  headers = {},
  body?: string,
): Promise<Response> =>
  fetch(gateways[at]!.url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
const operator = 'operator-key-of-this-test';

describe('gateways side by side on a PostgreSQL server', () => {
  it('carry out one of 60 repeats sent to both at once, and give its answer to all', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        call(n % 2, 'POST', '/v1/keys', operator, { 'idempotency-key': 'one-key' }, '{"role":"auditor"}'),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 60 }, () => 201));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    const { items } = (await (await call(0, 'GET', '/v1/keys', operator)).json()) as { items: unknown[] };
    expect(items).toHaveLength(1);
  });

  it('a key revoked at one fails at the other from the next request on', async () => {
    const made = await call(0, 'POST', '/v1/keys', operator, {}, '{"role":"finance"}');
    const { id, key } = (await made.json()) as { id: string; key: string };
    expect((await call(1, 'GET', '/v1/status', key)).status).toBe(200);
    expect((await call(0, 'DELETE', `/v1/keys/${id}`, operator)).status).toBe(200);
    expect((await call(1, 'GET', '/v1/status', key)).status).toBe(401);
  });

  it('live without their services, are not ready, and answer 503 for them', async () => {
    expect((await fetch(`${gateways[0]!.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${gateways[0]!.url}/health/ready`)).status).toBe(503);
    expect((await call(0, 'GET', '/v1/contracts', operator)).status).toBe(503);
  });
});

describe('a setting that cannot be used ends the start by name', () => {
  it.each([
    'DATABASE_URL',
    'SMARTKEY_CONTRACT_URL',
    'SMARTKEY_DEVICE_REGISTRY_URL',
    'SMARTKEY_AUTHENTICATION_URL',
    'SMARTKEY_BILLING_URL',
    'SMARTKEY_OPERATOR_KEY',
    'SMARTKEY_LOOKUP_KEY',
  ])('%s missing', async (name) => {
    await expect(runGateway({ ...env, [name]: '' })).rejects.toThrow(new RegExp(`^${name} `));
  });
  it('a port in use', async () => {
    const PORT = new URL(gateways[0]!.url).port;
    await expect(runGateway({ ...env, PORT })).rejects.toThrow(/^PORT \d+ is in use by another program$/);
  });
});
