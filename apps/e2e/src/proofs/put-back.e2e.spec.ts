import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '@smartkey/api-client';
import { enterpriseQuote, ROOT, Steps, System } from '@smartkey/testing/end-to-end';
import { DEATH_FILE } from '../crash/die-at.ts';
import { ISSUER } from '../stories/stage.fixture.ts';
import { changedProofs } from './changed-proofs.fixture.ts';
import { outcomesOf, verified, type Said } from './programs.fixture.ts';
import { ServedWitness } from './served-witness.fixture.ts';

const PUT_BACK = ['log', 'put-back', 'billing', '--by', '鈴木', '--reason', 'customers sent their proofs'];

/** With all that JP PINT asks for. */
const PEPPOL_ISSUER = {
  from: '2024-01',
  name: '見本株式会社',
  registrationNumber: 'T7123456789012',
  postalCode: '150-0001',
  address: '東京都渋谷区神宮前1-1-1',
  bankAccount: { bank: '見本銀行', branch: '本店', type: 'ordinary', number: '1234567', holder: 'ミホン' },
  endpoint: { scheme: '0188', id: '7123456789012' },
  reason: 'Peppol',
};

/** The hash of an event that was put back is another one (0065). */
const withoutHashes = (csv: string): string => csv.replaceAll(/\b[0-9a-f]{64}\b|\bexp_\w+/g, '…');

describe('documents whose log was lost, where customers and finance hold their proofs', () => {
  let folder: string;
  let policy: string;
  let system: System;
  let steps: Steps;
  let operator: ApiClient;
  let witness: ServedWitness;
  const proofs = new Map<string, string>();
  /** Of each document, what everybody was shown of it, and its files. */
  const shown = new Map<string, unknown>();
  let contracts: readonly string[];
  let exported: string;

  const offline = (...commands: readonly (readonly string[])[]): Promise<readonly Said[]> =>
    outcomesOf(system.dataFolder, commands, { SMARTKEY_CHECKPOINT_DIR: join(folder, 'checkpoints') });
  /** A folder of proofs under the names of what they are to prove. */
  const folderOf = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
    await mkdir(join(folder, name), { recursive: true });
    for (const [file, text] of Object.entries(files))
      await writeFile(join(folder, name, `${file}.ndjson`), text);
    return join(folder, name);
  };
  const viewOf = async (number: string): Promise<unknown> => {
    const { files: _files, ...document } = await operator.get<{ files: unknown }>(`/invoices/${number}`);
    const files = ['pdf', 'xml', 'csv'].map((suffix) => operator.file(`/invoices/${number}.${suffix}`));
    const [pdf, xml, csv] = await Promise.all(files);
    const digests = [pdf!, xml!].map((each) => createHash('sha256').update(each).digest('hex'));
    return [document, ...digests, withoutHashes(String(csv))];
  };
  const numbers = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { number } of operator.pages<{ number: string }>('/invoices?limit=200'))
      found.push(number);
    return found.sort();
  };
  const exportOf = async (): Promise<string> => {
    const { id } = await operator.post<{ id: string }>('/exports', {
      month: '2024-02',
      format: 'canonical-csv',
    });
    return operator.get<string>(`/exports/${id}/file`);
  };
  const goOn = async (): Promise<void> => {
    await system.resume();
    ({ operator } = system);
    steps = new Steps(operator);
  };
  const tellKeys = async (): Promise<string> => {
    const { items } = await operator.get<{ items: { key: string }[] }>('/audit/keys');
    witness.known = items.map(({ key }) => `${key}\n`).join('');
    const lines = items.map(({ key }) => `log ${key}\n`).join('');
    return lines + witness.quorum;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-put-back-'));
    witness = await ServedWitness.start(folder);
    system = await System.start({
      ...ISSUER,
      SMARTKEY_CLOCK_START: '2023-12-31T15:00:00Z',
      ...witness.settings,
      SMARTKEY_CHECKPOINT_DIR: join(folder, 'checkpoints'),
    });
    ({ operator } = system);
    steps = new Steps(operator);
  });
  afterAll(async () => {
    await system?.dispose();
    await witness?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('lie with those who downloaded them', async () => {
    await operator.put('/billing/issuer', PEPPOL_ISSUER);
    contracts = [];
    for (let n = 0; n < 4; n += 1)
      contracts = [
        ...contracts,
        await steps.accepted('enterprise', '2024-01-01', enterpriseQuote('2024-01')),
      ];
    for (const contract of contracts)
      await operator.patch(`/contracts/${contract}/billing-profile`, {
        billTo: { postalCode: '100-0001', address: '東京都千代田区千代田1-1-1' },
        endpoint: { scheme: '0188', id: '7000012050002' },
      });
    await steps.register(contracts[0]!, 'taro');
    const keyOf = async (path: string, body: object): Promise<string> =>
      (await operator.post<{ key: string }>(path, body)).key;
    const customer = await keyOf(`/contracts/${contracts[0]}/keys`, { role: 'contractor' });
    const finance = await keyOf('/keys', { role: 'finance', name: '田中' });
    await steps.setClock('2024-02-01T00:00:00Z');
    await steps.close('2024-01');
    policy = join(folder, 'policy');
    await writeFile(policy, await tellKeys());
    await system.stop();
    await cp(system.dataFolder, join(folder, 'copy'), { recursive: true });
    await goOn();
    await steps.setClock('2024-03-01T00:00:00Z');
    await steps.close('2024-02');
    expect(await numbers()).toEqual(Array.from({ length: 8 }, (_, n) => `SK-00000000${n + 1}`));
    for (const number of await numbers()) shown.set(number, await viewOf(number));
    exported = await exportOf();
    const holders = [
      ['SK-000000005', customer],
      ['SK-000000006', finance],
      ['SK-000000007', finance],
    ] as const;
    for (const [number, key] of holders)
      await steps.until(
        async () => {
          const answer = await operator.as(key).call<string>('GET', `/invoices/${number}/proof`);
          if (answer.status === 200) proofs.set(number, answer.body);
          return answer.status;
        },
        (status) => status === 200,
      );
    for (const proof of proofs.values())
      expect((await verified(await put('proof', proof), policy)).told).toMatch(/^PROVED /);
    await system.stop();
  }, 240_000);

  const put = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };

  it('are refused by name, and nothing is written, where a proof was changed or is of another log', async () => {
    // Nothing but billing's log grew since.
    await rm(system.dataFolder, { recursive: true });
    await cp(join(folder, 'copy'), system.dataFolder, { recursive: true });
    const said = ['--by', '佐藤', '--reason', 'the disk is gone'];
    const held = await folderOf('held', Object.fromEntries(proofs));
    const proof = proofs.get('SK-000000005')!;
    const cases = changedProofs(proof);
    const names = Object.keys(cases);
    const tries = names.map(async (name) => [
      ...PUT_BACK,
      '--from',
      await folderOf(`case-${name}`, { [name]: cases[name]![0] }),
    ]);
    const [early, declared, , accepted, before, ...outcomes] = await offline(
      [...PUT_BACK, '--from', held],
      ['log', 'declare-loss', 'billing', ...said],
      ['log', 'accept-loss', 'billing', ...said],
      ['log', 'accept-loss', 'billing', '--by', '鈴木'],
      ['verify'],
      ...(await Promise.all(tries)),
      ['verify'],
    );
    expect(early!.lines.join()).toMatch(/nothing is to be put back/);
    expect([declared!.code, accepted!.code]).toEqual([0, 0]);
    for (const [n, name] of names.entries()) {
      const { code, lines: printed } = outcomes[n]!;
      expect([name, code, printed[0]]).toEqual([
        name,
        1,
        '0 documents put back, 0 were there, 1 not put back',
      ]);
      expect(printed.join('\n')).toContain(cases[name]![1]);
    }
    expect(outcomes.at(-1)).toEqual(before);
  }, 240_000);

  it('stand again from their proofs, also where the command was killed; what nobody holds waits for a person', async () => {
    const putBack = [...PUT_BACK, '--from', join(folder, 'held')];
    const death = await put(
      'death',
      JSON.stringify({ statement: 'append', parameter: 'putBack', when: 'after' }),
    );
    const dying = {
      NODE_OPTIONS: `--import ${pathToFileURL(join(ROOT, 'apps/e2e/dist/crash/die-at.js')).href}`,
      [DEATH_FILE]: death,
    };
    await expect(outcomesOf(system.dataFolder, [putBack], dying)).rejects.toMatchObject({
      signal: 'SIGKILL',
    });
    const [again, twice] = await offline(putBack, putBack);
    expect(again!.lines[0]).toMatch(
      /^(3 documents put back, 0|0 documents put back, 3) were there, 0 not put back$/,
    );
    expect(again!.code).toBe(1);
    expect(twice!.lines[0]).toBe('0 documents put back, 3 were there, 0 not put back');
    await goOn();
    await steps.setClock('2024-03-01T00:00:00Z');
    const after = await tellKeys();
    await writeFile(policy, after);
    expect(await numbers()).toHaveLength(7);
    expect((await steps.close('2024-02')).state).toBe('partial');
    const codes: string[] = [];
    for await (const { contract, code } of operator.pages<{ contract: string; code: string }>(
      '/billing/parked',
    ))
      codes.push(`${contract} ${code}`);
    expect(codes).toEqual([`${contracts[3]} document-lost`]);
    for (const number of await numbers())
      expect([number, await viewOf(number)]).toEqual([number, shown.get(number)]);
  }, 240_000);

  it('go on in a new series once a person says that nobody holds the others, and all agrees', async () => {
    await system.stop();
    const [begun] = await offline(['series', 'begin', '--by', '鈴木', '--reason', 'nobody holds it']);
    expect(begun!.code).toBe(0);
    await goOn();
    expect((await steps.close('2024-02')).state).toBe('completed');
    expect(await numbers()).toEqual([
      ...Array.from({ length: 7 }, (_, n) => `SK-00000000${n + 1}`),
      'SK2-000000001',
    ]);
    // Row by row: the last document begins a series.
    expect(withoutHashes(await exportOf())).toBe(
      withoutHashes(exported).replaceAll('SK-000000008,7', 'SK2-000000001,0'),
    );
    const verification = await operator.post<{ sound: boolean }>('/audit/verification');
    expect(verification).toMatchObject({ sound: true });
    for (const number of await numbers())
      expect(await operator.post(`/invoices/${number}/verification`)).toEqual({ identical: true });
    // What the put-back document had read of billing's log was lost in part: its own proof, from before, shows it.
    const verdicts = {
      'SK-000000001': /^PROVED .*billing\/2: begun behind a loss/s,
      'SK-000000005': /^REFUSED head-lost: /,
      'SK2-000000001': /^PROVED /,
    };
    for (const [number, verdict] of Object.entries(verdicts)) {
      const { body } = await steps.until(
        () => operator.call<string>('GET', `/invoices/${number}/proof`),
        ({ status }) => status === 200,
      );
      expect((await verified(await put('new-proof', body), policy)).told).toMatch(verdict);
    }
    for (const proof of proofs.values())
      expect((await verified(await put('proof', proof), policy)).told).toMatch(/^PROVED /);
  }, 240_000);
});
