import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DatabaseServer } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import { createEventStore } from '@smartkey/event-store';
import type { InvoiceMessage } from '@smartkey/messages';
import { CompactRange, leafOf } from '@smartkey/transparency';
import { BillingWorld, ISSUER } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, providerQuote, type Logs } from '../testing/logs.fixture.ts';
import { openServer } from '../testing/servers.fixture.ts';

const [A, B] = [ctr('a'), ctr('b')];
/** Of the definition (RFC 6962), with the order of the format: logs by origin, events by position. */
const ORDER = ['authentication', 'billing', 'contract', 'device-registry'] as const;
type Placed = Pick<Message, 'stream' | 'revision' | 'position'> & { readonly hash?: string };

let server: DatabaseServer;
let stop: () => Promise<void>;
let world: BillingWorld;
let logs: Logs;
beforeAll(async () => {
  ({ server, stop } = await openServer('pglite'));
});
afterAll(() => stop());
beforeEach(async () => {
  world = await BillingWorld.make(server, '2018-02-01T00:00:00.000Z', {
    ...ISSUER,
    SMARTKEY_SYSTEM_NAME: 'smartkey.example.jp',
  });
  logs = world.logs;
});
afterEach(() => world.dispose());

async function issued(): Promise<readonly InvoiceMessage[]> {
  logs.promise('2018-02-01T00:00:00.000Z');
  await world.start();
  await world.close('2018-01');
  return (await world.get<{ items: InvoiceMessage[] }>('/invoices?limit=200')).items;
}

async function ownSettings(): Promise<readonly Placed[]> {
  const store = await createEventStore(await world.environment.server.database('billing'), world.clock);
  return (await store.readStreams(['policies-billing', 'issuer-billing'])).flat();
}

/** What a document of a contract must record, of the events that a person would name. */
async function recordOf(contract: string, others: readonly Message[]) {
  const named: Record<(typeof ORDER)[number], readonly Placed[]> = {
    authentication: others.filter(({ source }) => source === 'authentication'),
    billing: await ownSettings(),
    contract: logs.contract.messages.filter(({ stream }) => stream === `contract-${contract}`),
    'device-registry': others.filter(({ source }) => source === 'device-registry'),
  };
  const range = new CompactRange();
  let count = 0;
  const own = await ownOrigin();
  const said = {
    authentication: logs.authentication,
    contract: logs.contract,
    'device-registry': logs.registry,
  };
  for (const source of ORDER) {
    const originOf = (position: bigint): string =>
      source === 'billing' ? own : said[source].originAt(position);
    for (const { hash, ...place } of [...named[source]].sort((a, b) => Number(a.position - b.position))) {
      range.push(leafOf(originOf(place.position), { hash: hash!, ...place }));
      count += 1;
    }
  }
  return { count, root: Buffer.from(range.root()).toString('hex') };
}

async function ownOrigin(): Promise<string> {
  const database = await world.environment.server.database('billing');
  const [row] = await database.query<{ origin: string }>('SELECT origin FROM log_tree');
  return row!.origin;
}

/** The last so many messages that the registry said. */
const lastOf = (count: number): readonly Message[] => logs.registry.messages.slice(-count);

describe('a document records the events that it follows from', () => {
  it('of an enterprise plan: the spells that meet its window, with all that was said of them', async () => {
    logs.accepted(A, '2017-12-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    logs.accepted(B, '2017-12-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    const named: Message[] = [];
    logs.registered(A, 'rid_before', '2017-12-01', '2017-12-31');
    logs.registered(A, 'rid_on', '2017-12-05');
    named.push(...lastOf(1));
    logs.registered(B, 'rid_of_another', '2018-01-02');
    logs.registered(A, 'rid_part', '2018-01-10', '2018-01-20');
    named.push(...lastOf(2));
    logs.registered(A, 'rid_moved', '2017-11-01', '2017-11-30');
    logs.corrected(
      A,
      'rid_moved',
      { spell: 1, from: '2017-11-01', to: '2017-11-30' },
      { from: '2018-01-05', to: '2018-01-09' },
    );
    named.push(...lastOf(3));
    logs.registered(A, 'rid_void', '2018-01-03');
    logs.voided(A, 'rid_void', { spell: 1, from: '2018-01-03' });
    named.push(...lastOf(2));
    logs.registered(A, 'rid_later', '2018-02-01');
    logs.succeeded(A, 'rid_on', '2018-01-11T00:00:00.000Z');
    const [invoice] = await issued();
    expect(invoice).toMatchObject({ contract: A, inputs: await recordOf(A, named) });
    expect(invoice!.inputs.heads).toMatchObject([
      logs.authentication.headAt(10n),
      { origin: await ownOrigin() },
      logs.contract.headAt(BigInt(10 * logs.contract.messages.length)),
      logs.registry.headAt(BigInt(10 * logs.registry.messages.length)),
    ]);
    const verified = await world.call('POST', `/invoices/${invoice!.number}/verification`);
    expect(verified).toMatchObject({ status: 200, body: { identical: true } });
  });

  it('of a log that lost its end: each under the name that it was appended under, and again so when it is verified', async () => {
    logs.accepted(A, '2017-12-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    logs.registered(A, 'rid_kept', '2017-12-05');
    logs.registry.goOnRenamed();
    logs.registered(A, 'rid_since', '2018-01-10');
    const named = lastOf(2);
    const [invoice] = await issued();
    expect(invoice).toMatchObject({ contract: A, inputs: await recordOf(A, named) });
    expect(invoice!.inputs.heads).toContainEqual(
      expect.objectContaining({ origin: 'smartkey.example.jp/device-registry/2' }),
    );
    const verified = await world.call('POST', `/invoices/${invoice!.number}/verification`);
    expect(verified).toMatchObject({ status: 200, body: { identical: true } });
  });

  it('of a service-provider plan: the successes of its days, and no registrations', async () => {
    logs.accepted(B, '2017-12-01', 'service-provider', '2018-01-15', providerQuote('2018-01'));
    logs.registered(B, 'rid_b', '2018-01-01');
    logs.succeeded(B, 'rid_b', '2018-01-10T00:00:00.000Z');
    const within = logs.authentication.messages.length;
    for (let n = 0; n < 40; n += 1)
      logs.succeeded(B, `rid_${n % 3}`, `2018-01-${16 + (n % 15)}T03:00:00.000Z`);
    const named = logs.authentication.messages.slice(within);
    logs.succeeded(B, 'rid_b', '2018-01-31T15:00:00.000Z');
    const [invoice] = await issued();
    expect(invoice).toMatchObject({
      contract: B,
      basis: { successes: 40 },
      inputs: await recordOf(B, named),
    });
  });

  it('not where a log does not say how far it goes, and is issued all the same', async () => {
    world.tellHeads = false;
    logs.accepted(A, '2017-12-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    const [invoice] = await issued();
    expect(invoice!.inputs).not.toHaveProperty('root');
    expect(await world.call('POST', `/invoices/${invoice!.number}/verification`)).toMatchObject({
      body: { identical: true },
    });
  });

  it('not where the hash of one of them was never told', async () => {
    logs.accepted(B, '2017-12-01', 'service-provider', '2018-01-01', providerQuote('2018-01'));
    logs.succeeded(B, 'rid_b', '2018-01-10T00:00:00.000Z');
    delete (logs.authentication.messages[0] as { hash?: string }).hash;
    const [invoice] = await issued();
    expect(invoice!.inputs).not.toHaveProperty('root');
  });
});
