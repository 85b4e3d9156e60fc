import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '@smartkey/api-client';
import { untilSeen } from '@smartkey/testing';
import { enterpriseQuote, perUnitQuote, Steps, System } from '@smartkey/testing/end-to-end';
import { ISSUER } from '../stories/stage.fixture.ts';
import { offlineCommands, verified } from './programs.fixture.ts';
import { ServedWitness } from './served-witness.fixture.ts';

interface LongProof {
  readonly id: string;
  readonly state: string;
  readonly events: number;
  readonly done: number;
}

describe('a proof of an invoice, of the system as it runs, witnessed from outside', () => {
  let folder: string;
  let system: System;
  let steps: Steps;
  let operator: ApiClient;
  let witness: ServedWitness;
  let policy: string;

  const put = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const proofOf = async (number: string, query = ''): Promise<string> => {
    const answer = await operator.call<string | LongProof>('GET', `/invoices/${number}/proof${query}`);
    if (answer.status === 202) return fileOf((answer.body as LongProof).id);
    expect([answer.status, answer.body]).toEqual([200, expect.any(String)]);
    return answer.body as string;
  };
  /** A proof that is written behind its answer, once it is. */
  const fileOf = async (id: string): Promise<string> => {
    const proof = await untilSeen(
      () => operator.get<LongProof>(`/proofs/${id}`),
      ({ state }) => state !== 'running',
    );
    expect(proof).toMatchObject({ state: 'finished', done: proof.events });
    return (await operator.call<string>('GET', `/proofs/${id}/file`)).body;
  };

  const offline = (...commands: readonly (readonly string[])[]) =>
    offlineCommands(system.dataFolder, commands);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-proofs-'));
    witness = await ServedWitness.start(folder);
    system = await System.start({
      ...ISSUER,
      SMARTKEY_CLOCK_START: '2023-12-31T15:00:00Z',
      // That of the enterprise plan, with its IDs, is longer, that of the service provider is not.
      SMARTKEY_PROOF_EVENTS: '20',
      ...witness.settings,
    });
    ({ operator } = system);
    steps = new Steps(operator);
  });
  afterAll(async () => {
    await system?.dispose();
    await witness?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is PROVED by a program that shares nothing with it, of both plans', async () => {
    const enterprise = await steps.accepted('enterprise', '2024-01-01', enterpriseQuote('2024-01'));
    const provider = await steps.accepted('service-provider', '2024-01-01', perUnitQuote('2024-01'));
    await steps.registerMany(enterprise, 20, 'all-');
    await steps.setClock('2024-01-15T00:00:00Z');
    const left = await steps.register(enterprise, 'left');
    const account = await steps.register(provider, 'taro');
    const phone = await steps.enrol(provider, account);
    for (const day of [16, 17, 20]) {
      await steps.setClock(`2024-01-${day}T01:00:00Z`);
      expect(await steps.authenticate(provider, 'taro', phone.codeAt(await steps.now()))).toMatchObject({
        result: 'success',
      });
    }
    await operator.delete(`/contracts/${enterprise}/ids/${left}`);
    await steps.setClock('2024-02-01T00:00:00Z');
    await steps.close('2024-01');
    const [[first], [second]] = [await steps.invoices(enterprise), await steps.invoices(provider)];

    const early = await operator.call<{ code: string }>('GET', `/invoices/${first!.number}/proof`);
    expect([early.status, early.body.code]).toEqual([409, 'not-yet-covered']);
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);

    const { items: keys } = await operator.get<{ items: { key: string }[] }>('/audit/keys');
    witness.known = keys.map(({ key }) => `${key}\n`).join('');
    policy = await put('policy', keys.map(({ key }) => `log ${key}\n`).join('') + witness.quorum);
    for (const invoice of [first!, second!]) {
      const document = await put(
        'document',
        JSON.stringify(await operator.get(`/invoices/${invoice.number}`)),
      );
      const bundle = await put(invoice.number, await proofOf(invoice.number));
      const { code, told } = await verified(bundle, policy, '--document', document);
      expect(told).toContain(`PROVED ${invoice.number}: ${invoice.total} yen, derived again from`);
      expect(code).toBe(0);
    }
  }, 240_000);

  it('is written behind its answer where it is long, once for the same checkpoints, and shown to those of its contract', async () => {
    const { items } = await operator.get<{ items: { number: string; contract: string; plan: string }[] }>(
      '/invoices',
    );
    const number = 'SK-000000001';
    const own = items.find((each) => each.number === number)!.contract;
    const other = items.find((each) => each.contract !== own)!.contract;
    const ask = () => operator.call<LongProof>('GET', `/invoices/${number}/proof`);
    const [first, again] = [await ask(), await ask()];
    expect([first.status, again.status, again.body.id]).toEqual([202, 202, first.body.id]);
    const file = await fileOf(first.body.id);
    expect((await verified(await put('long', file), policy)).told).toContain(`PROVED ${number}`);
    const keyFor = async (contract: string): Promise<ApiClient> =>
      operator.as(
        (await operator.post<{ key: string }>(`/contracts/${contract}/keys`, { role: 'contractor' })).key,
      );
    const answersOf = async (client: ApiClient, id: string) =>
      Promise.all(
        ['', '/file'].map(async (path) => (await client.call('GET', `/proofs/${id}${path}`)).status),
      );
    expect(await answersOf(await keyFor(own), first.body.id)).toEqual([200, 200]);
    const stranger = await keyFor(other);
    expect(await answersOf(stranger, first.body.id)).toEqual([404, 404]);
    const [foreign, unknown] = await Promise.all(
      [first.body.id, `prf_${'0'.repeat(26)}`].map((id) => stranger.call('GET', `/proofs/${id}`)),
    );
    expect({ ...(foreign!.body as object), instance: '' }).toEqual({
      ...(unknown!.body as object),
      instance: '',
    });
  });

  it('is PROVED of a credit note: what was agreed, and the documents that it counts from, are shown', async () => {
    const keyOf = async (role: string, name: string): Promise<ApiClient> =>
      operator.as((await operator.post<{ key: string }>('/keys', { role, name })).key);
    const [suzuki, tanaka] = [await keyOf('operator', '鈴木'), await keyOf('finance', '田中')];
    const { approval } = await suzuki.post<{ approval: string }>('/invoices/SK-000000001/credit-notes', {
      amount: '100',
      taxCode: 'JP-STD-10-2019',
      reason: '障害のお詫び',
      agreedOn: '2024-01-31',
    });
    const { number } = await tanaka.post<{ number: string }>(`/approvals/${approval}/approve`);
    const proof = await proofOf(number);
    const inputs = proof
      .split('\n')
      .filter((line) => line.includes('"as":"input"'))
      .map((line) => (JSON.parse(line) as { event: { stream: string; type: string } }).event);
    expect(inputs.filter(({ stream }) => stream === `approval-${approval}`)).toHaveLength(2);
    expect(inputs.filter(({ stream }) => stream === 'series-SK')).toMatchObject([{ type: 'InvoiceIssued' }]);
    expect(proof).not.toContain('障害のお詫び');
    const { code, told } = await verified(await put(number, proof), policy);
    expect(told).toContain(
      `PROVED ${number}: -110 yen, added up, recorded as following from ${inputs.length} events`,
    );
    expect(code).toBe(0);
  });

  it('shows the checkpoints that a reader holds, and is refused where the log was cut below one', async () => {
    const { items } = await operator.get<{ items: { size: number; note: string }[] }>(
      '/audit/checkpoints?log=contract',
    );
    const held = items.at(-1)!;
    const number = 'SK-000000001';
    const bundle = await put('since', await proofOf(number, `?since=contract:${held.size}&since=billing:1`));
    expect(await verified(bundle, policy, '--held', await put('held', held.note))).toMatchObject({ code: 0 });
    const cut = (await proofOf(number)).replace(/"amount":"\d/, '"amount":"9');
    expect(await verified(await put('cut', cut), policy)).toMatchObject({
      code: 1,
      told: expect.stringMatching(/^REFUSED event-altered: /),
    });
    expect((await operator.call('GET', `/invoices/${number}/proof?since=contract`)).status).toBe(422);
    expect((await operator.call('GET', '/invoices/SK-000000099/proof')).status).toBe(404);
  });

  it('has the same events when a person was erased whom it tells of, and is PROVED as before', async () => {
    const number = 'SK-000000001';
    const eventsOf = (bundle: string): readonly string[] =>
      bundle.split('\n').filter((line) => line.includes('"as":"input"') || line.includes('"as":"document"'));
    const before = await proofOf(number);
    const { contract } = await operator.get<{ contract: string }>(`/invoices/${number}`);
    const { items } = await operator.get<{ items: { id: string }[] }>(
      `/contracts/${contract}/ids?externalId=all-1`,
    );
    const account = items[0]!.id;
    await operator.delete(`/contracts/${contract}/ids/${account}`);
    await operator.delete(`/contracts/${contract}/ids/${account}/personal-data`);
    const after = await proofOf(number);
    expect(eventsOf(after)).toEqual(eventsOf(before));
    for (const [name, bundle] of Object.entries({ before, after })) {
      expect(bundle).toContain(account);
      expect((await verified(await put(`${name}-erasure`, bundle), policy)).told).toContain(
        `PROVED ${number}`,
      );
    }
  });

  it('is PROVED where logs got new keys and the loss of logs was accepted meanwhile, of invoices of before and after, and says so', async () => {
    await system.stop();
    const LOST = ['contract', 'device-registry'];
    const by = (who: string, reason: string) => ['--by', who, '--reason', reason];
    // One that goes on under its name, and one that is lost behind it.
    const ROTATED = ['billing', 'contract'];
    const told = await offline(
      ...ROTATED.map((service) => ['audit', 'keys', 'rotate', service, ...by('佐藤', 'its year is over')]),
      ...LOST.flatMap((service) => [
        ['log', 'declare-loss', service, ...by('佐藤', 'an older copy was put back')],
        ['log', 'accept-loss', service, ...by('佐藤', 'there is no younger one')],
        ['log', 'accept-loss', service, '--by', '鈴木'],
      ]),
      ['verify'],
    );
    expect(told).toMatch(/tree \S+\/contract\/2: /);
    const printed = await offline(['audit', 'keys']);
    await system.resume();
    operator = system.operator;
    steps = new Steps(operator);

    const { items: keys } = await operator.get<{ items: { log: string; key: string }[] }>('/audit/keys');
    expect(keys.filter(({ log }) => log.endsWith('/2'))).toHaveLength(LOST.length);
    const log = printed.split('\n').filter((line) => line.startsWith('log '));
    expect(log).toEqual(keys.map(({ key }) => `log ${key}`));
    const retired = [...printed.matchAll(/^retired (\S+) \d+$/gm)].map(([, key]) => key!);
    expect(retired.map((key) => key.split(/[/+]/)[1])).toEqual(['contract', 'billing']);
    witness.known = keys.map(({ key }) => `${key}\n`).join('');
    const before = policy;
    const saidByPolicy = printed + witness.quorum;
    policy = await put('policy-behind', saidByPolicy);

    await steps.setClock('2024-03-01T00:00:00Z');
    await steps.close('2024-02');
    const { contract } = await operator.get<{ contract: string }>('/invoices/SK-000000001');
    const [issued] = await steps.invoices(contract, '2024-02');
    let bundle = '';
    for (const number of ['SK-000000001', issued!.number]) {
      bundle = await proofOf(number);
      const { code, told } = await verified(await put(number, bundle), policy);
      expect(told).toContain(`PROVED ${number}: `);
      for (const service of LOST) expect(told).toMatch(new RegExp(`/${service}/2: begun behind a loss, `));
      expect(code).toBe(0);
    }
    // Both keys of billing sign for now. What was the first checkpoint only the former could sign: a policy keeps its line.
    const [former, newer] = log.filter((line) => line.includes('/billing+'));
    const without = async (key: string) =>
      put(
        'policy-without',
        saidByPolicy
          .split('\n')
          .filter((line) => !line.includes(key.split('+')[1]!))
          .join('\n'),
      );
    expect(await verified(await put('either', bundle), await without(newer!))).toMatchObject({ code: 0 });
    expect((await verified(await put('either', bundle), await without(former!))).told).toMatch(
      /^REFUSED signature-missing: no key of \S+\/billing /,
    );

    const refusal = async (changed: string, by = policy) =>
      /^REFUSED ([a-z-]+): /.exec((await verified(await put('changed', changed), by)).told)?.[1];
    const lines = bundle.split('\n');
    const restored = lines.findIndex((line) => line.includes('"as":"restored"'));
    expect(await refusal(lines.filter((_, n) => n !== restored).join('\n'))).toBe('tiling-broken');
    expect(await refusal(bundle.replace('"oldNote":"', '"oldNote":"x'))).toBe('event-altered');
    expect(await refusal(bundle, before)).toBe('log-unknown');
    const { items: events } = await operator.get<{ items: { type: string }[] }>(
      '/audit/events?stream=log-contract',
    );
    expect(events.map(({ type }) => type)).toContain('LogRenamed');
  }, 240_000);
});
