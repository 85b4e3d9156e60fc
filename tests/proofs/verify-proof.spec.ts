import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { enterprise, linesOf, NOW, policyText, provider, type Story } from './story.fixture.ts';
import { keyOf, leavesOf, noteOf, rootOf, signatureLine, written, type Service } from './bundle.fixture.ts';
import { loadVerifier, verify } from './verify.fixture.ts';

let verifier: Awaited<ReturnType<typeof loadVerifier>>;
beforeAll(async () => {
  verifier = await loadVerifier();
});

const headNote = ({ logs, signing: { system, keys } }: Story, service: Service, size: number): string => {
  const origin = `${system}/${service}`;
  const leaves = leavesOf(origin, logs[service]).map(({ hash }) => hash);
  return noteOf(origin, size, rootOf(leaves.slice(0, size)), (text) => signatureLine(keys[service], text));
};

describe('the proof of an invoice', () => {
  it.each([
    ['enterprise', enterprise, '14799'],
    ['service-provider', provider, '6332'],
  ])('of the plan %s derives its total again from the events', async (_plan, story, total) => {
    const { code, told } = await verify(verifier, written(linesOf(story())));
    expect(told[0]).toMatch(
      new RegExp(`^PROVED SK-000000003: ${total} yen, derived again from \\d+ events$`),
    );
    expect(told).toContain('not proved: that the other logs have no further events of its inputs');
    expect(told).toContain(
      'not proved: that its fees are billed nowhere else: earlier documents are no inputs',
    );
    expect(code).toBe(0);
  });

  it('says since when its logs are witnessed', async () => {
    const { told } = await verify(verifier, written(linesOf(enterprise())));
    expect(told.filter((line) => line.startsWith('smartkey.example/contract'))).toEqual([
      'smartkey.example/contract: 8 events witnessed 2024-02-03T22:40:00Z, attested since 2024-01-23T08:53:20Z; the first 5 since then only',
    ]);
  });

  it('holds the document and the file that were handed over against the log', async () => {
    const story = enterprise();
    const document = story.logs.billing.find(({ as }) => as === 'document')!.data;
    const shown = {
      ...document,
      recipient: { name: '例示株式会社', address: '東京都' },
      files: [],
      exports: [],
    };
    const file = 'the bytes of a file';
    const sha256 = createHash('sha256').update(file).digest('hex');
    const billing = story.logs.billing.map((told) =>
      told.as === 'rendering' ? { ...told, data: { ...told.data, sha256 } } : told,
    );
    const bundle = written(linesOf({ ...story, logs: { ...story.logs, billing } }));
    expect(await verify(verifier, bundle, { document: shown, file })).toMatchObject({ code: 0 });
  });

  it('holds checkpoints that the reader kept against the log', async () => {
    const story = { ...enterprise(), old: { billing: [2], contract: [4] } };
    const held = [
      headNote(story, 'contract', 4),
      headNote(story, 'contract', 5),
      headNote(story, 'contract', 8),
    ];
    expect(await verify(verifier, written(linesOf(story)), { held })).toMatchObject({ code: 0 });
  });

  it('of a document from before inputs were recorded is never PROVED', async () => {
    const story = enterprise({
      change: ({ inputs: { heads: _heads, count: _count, root: _root, ...inputs }, ...rest }) => ({
        ...rest,
        inputs,
      }),
    });
    const { code, told } = await verify(verifier, written(linesOf(story)));
    expect(code).toBe(3);
    expect(told[0]).toContain('"inputs":"named-later"');
  });

  it('of a correction is added up, and says so', async () => {
    const story = enterprise({ change: (document) => ({ ...document, kind: 'correction' }) });
    const billing = story.logs.billing.map((told) =>
      told.as === 'document' ? { ...told, type: 'CorrectionIssued' } : told,
    );
    const { code, told } = await verify(
      verifier,
      written(linesOf({ ...story, logs: { ...story.logs, billing } })),
    );
    expect(told[0]).toContain('added up');
    expect(code).toBe(0);
  });

  it('takes a quorum of several witnesses, and an old key until it is retired', async () => {
    const { signing } = enterprise();
    const other = keyOf('witness.example/w2', 4);
    const policy = policyText().replace(
      'quorum w1',
      `witness w2 ${other.text}\ngroup two any w1 w2\nquorum two`,
    );
    const bundle = written(linesOf(enterprise()));
    expect(await verify(verifier, bundle, { policy })).toMatchObject({ code: 0 });
    const key = signing.keys.billing;
    const retired = (at: number) => `${policyText()}retired ${key.name}+${key.id.toString('hex')} ${at}\n`;
    expect(await verify(verifier, bundle, { policy: retired(1_708_000_000) })).toMatchObject({ code: 0 });
  });

  it('cannot be read where the policy, the bundle or an option cannot', async () => {
    const bundle = written(linesOf(enterprise()));
    const { witness, keys } = enterprise().signing;
    for (const policy of [
      'nonsense\n',
      policyText().replace('quorum w1', 'quorum none'),
      policyText().replace('quorum w1', ''),
      policyText().replace('quorum w1', 'quorum w9'),
      policyText().replace(
        witness.text,
        witness.text.replace('BF', 'BG').replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
      ),
      policyText().replace('quorum w1', 'group g 2 w1\nquorum g'),
      policyText().replaceAll(/log .*\n/g, ''),
      `${policyText()}${'retired smartkey.example/billing+00000000 1\n'.repeat(2)}`,
    ])
      expect(await verify(verifier, bundle, { policy })).toMatchObject({
        code: 2,
        told: [expect.stringMatching(/^UNREADABLE /)],
      });
    // A witness with a log's key would be the log itself.
    const raw = Buffer.from(keys.billing.text.split('+').slice(2).join('+'), 'base64').subarray(1);
    const name = 'witness.example/own';
    const id = createHash('sha256')
      .update(`${name}\n`)
      .update(Uint8Array.of(4))
      .update(raw)
      .digest()
      .subarray(0, 4)
      .toString('hex');
    const own = `${name}+${id}+${Buffer.concat([Uint8Array.of(4), raw]).toString('base64')}`;
    const policy = policyText().replace('quorum w1', `witness own ${own}\nquorum own`);
    expect(await verify(verifier, bundle, { policy })).toMatchObject({
      code: 2,
      told: ['UNREADABLE a witness has the key of a log'],
    });
    expect(await verify(verifier, bundle, { now: 'tomorrow' })).toMatchObject({ code: 2 });
    expect(await verifier.main(['--policy', '/nowhere', 'x'], () => undefined)).toBe(2);
    expect(await verifier.main([], () => undefined)).toBe(2);
  });

  it('is read by a program that a stranger can read whole: three files, nothing but Node', async () => {
    let lines = 0;
    for (const name of ['verify-proof.mjs', 'proof-bundle.mjs', 'proof-document.mjs']) {
      const text = await readFile(new URL(`../../tools/${name}`, import.meta.url), 'utf8');
      const from = [...text.matchAll(/^import .* from '(.*)';$/gm)].map(([, module]) => module!);
      expect(
        from.filter((module) => !/^(node:|\.\/(proof-bundle|proof-document)\.mjs$)/.test(module)),
      ).toEqual([]);
      lines += text.split('\n').length - 1;
    }
    // Some 800 lines at most are to be read, blank ones too: what is added must make room for itself.
    expect(lines).toBeLessThan(840);
  });

  it('reads the checkpoint and the keys of the published vectors', () => {
    const log = 'smartkey.example/device-registry';
    const policy = verifier.readPolicy(
      `log ${log}+9f179360+Ac3AI6K47w5O30Su6/9AMdMBNB8L5ASljJoAqaZHtylD\nwitness w1 witness.example/w1+f8b72b5f+BDdSmqMfZdrht7sMWHv4P58Vbo3McY8R1jbwIR6+wbl4\nquorum w1\n`,
    );
    const note = `${log}\n7\n/STyqXuWEg9sty85G5aAvZqA69jNMQ2aE3D6ur9vuvU=\n\n— ${log} nxeTYO7xHBV6A1iNeb1OpliCjxZDqFf9uGhNZzHJZdUrJ6iUi8MRQvOZ2DMgdtZBxi8dNyCfCYk4nVQpxuhuocyUFQw=\n— witness.example/w1 +LcrXwAAAABllAdAK8iGI1N32L3FrFSWZWi3GoWsb9TQmwW4H5nlWLPktJ7qomVseGaWLg3deu+VWojnlVkg4tcAkmUOOmi+zPCsBw==\n`;
    const { checkpointOf } = verifier as unknown as {
      checkpointOf: (note: string, policy: unknown, now: number) => object;
    };
    expect(checkpointOf(note, policy, Date.parse(NOW) / 1000)).toMatchObject({
      size: 7,
      earliest: 1_704_200_000,
    });
  });
});

describe('every single byte of a bundle', () => {
  it('changed: refused, and by a name', () => {
    const bytes = Buffer.from(written(linesOf(withoutAccounts())));
    const policy = verifier.readPolicy(policyText());
    const told = (changed: Buffer): string => {
      const bundle = new verifier.Bundle({ policy, now: Date.parse(NOW) / 1000 });
      try {
        for (
          let from = 0, end = changed.indexOf(10);
          from < changed.length;
          from = end + 1, end = changed.indexOf(10, from)
        ) {
          if (end < 0) return 'line-unended';
          bundle.take(changed.subarray(from, end));
        }
        return `code ${bundle.verdict().code}`;
      } catch (error) {
        return (error as Error).name;
      }
    };
    expect(told(bytes)).toBe('code 0');
    const names = new Map<string, number>();
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 1;
      const name = told(changed);
      names.set(name, (names.get(name) ?? 0) + 1);
    }
    expect([...names.keys()].filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)+$/.test(name))).toEqual([]);
  });
});

/** The smallest story: an enterprise contract that nobody uses. */
function withoutAccounts(): Story {
  return enterprise({
    registry: [],
    change: (document) => ({
      ...document,
      basis: { ...document.basis, usedDays: [] },
      lines: document.lines.map((line) =>
        line['item'] === 'account-usage' ? { ...line, quantity: '0', amount: '0' } : line,
      ),
      taxes: [{ ...document.taxes[0], taxable: '13000', tax: '1300' }],
      net: '13000',
      tax: '1300',
      total: '14300',
    }),
  });
}
