import { beforeAll, describe, expect, it } from '@jest/globals';
import { keyOf, signatureLine, written, type Key, type Service } from './bundle.fixture.ts';
import { enterprise, linesOf, policyText, SIGNING } from './story.fixture.ts';
import { loadVerifier, verify } from './verify.fixture.ts';

/*
 * The logs of contract and billing, which hold inputs and the document, got a new key between their first checkpoint and the last: the last
 * bears the line of the new key, and for 30 days that of the former behind it.
 */
const ROTATED: readonly Service[] = ['billing', 'contract'];
const { keys, witness, firstAt, lastAt, system } = SIGNING;
const added = new Map(ROTATED.map((service) => [service, keyOf(`${system}/${service}`, 1)]));

/** The last checkpoints, signed by these of the two keys. */
function bundle(signers: readonly ('new' | 'former')[]): string {
  return written(
    linesOf(enterprise()).map((line) => {
      const service = ROTATED.find((each) => line['log'] === `${system}/${each}`);
      if (service === undefined) return line;
      const note = String(line['checkpoint']);
      const head = note.slice(0, note.lastIndexOf('\n\n') + 1);
      const own = signers.map((which) =>
        signatureLine(which === 'new' ? added.get(service)! : keys[service], head),
      );
      return { ...line, checkpoint: `${head}\n${own.join('')}${signatureLine(witness, head, lastAt)}` };
    }),
  );
}

const former = policyText();
const both = [...added.values()].reduce((policy, { text }) => `log ${text}\n${policy}`, former);
const replaced = ROTATED.reduce(
  (policy, service) => policy.replace(keys[service].text, added.get(service)!.text),
  former,
);
const retired = (which: (service: Service) => Key, at: number): string =>
  ROTATED.map((service) => which(service))
    .map(({ name, id }) => `retired ${name}+${id.toString('hex')} ${at}\n`)
    .join('');
const formerRetired = (at: number): string => retired((service) => keys[service], at);
const newRetired = (at: number): string => retired((service) => added.get(service)!, at);

/** What the program ends with. */
const CODES: Readonly<Record<string, number>> = { PROVED: 0, REFUSED: 1, UNREADABLE: 2 };

const WITHIN = bundle(['new', 'former']);
const BEHIND = bundle(['new']);

describe('a proof whose events lie before and behind a change of keys', () => {
  let verifier: Awaited<ReturnType<typeof loadVerifier>>;
  beforeAll(async () => {
    verifier = await loadVerifier();
  });

  it.each<[string, string, string, string]>([
    ['within 30 days, by both keys', WITHIN, both, 'PROVED'],
    ['within 30 days, by the former alone', WITHIN, former, 'PROVED'],
    // Nobody has signed the first checkpoint with it.
    ['within 30 days, by the new alone', WITHIN, replaced, 'REFUSED signature-missing'],
    ['later, by both keys', BEHIND, both, 'PROVED'],
    ['later, by the former alone', BEHIND, former, 'REFUSED signature-missing'],
    ['later, by the new alone', BEHIND, replaced, 'REFUSED signature-missing'],
    ['the former retired behind the last checkpoint', WITHIN, both + formerRetired(lastAt + 1), 'PROVED'],
    ['the former retired as the last was witnessed', WITHIN, former + formerRetired(lastAt), 'PROVED'],
    ['the former retired between them, by both', WITHIN, both + formerRetired(firstAt), 'PROVED'],
    ['later, the former retired between them, by both', BEHIND, both + formerRetired(firstAt), 'PROVED'],
    [
      'the former retired between them, by it alone',
      WITHIN,
      former + formerRetired(lastAt - 1),
      'REFUSED key-retired',
    ],
    ['the former retired before the first', WITHIN, both + formerRetired(firstAt - 1), 'REFUSED key-retired'],
    ['the new one retired at once, the former not', WITHIN, both + newRetired(1), 'PROVED'],
    ['later, the new one retired at once', BEHIND, both + newRetired(1), 'REFUSED key-retired'],
    [
      'a retired key that no line log names',
      WITHIN,
      `${both}retired other.example/log+00000000 1\n`,
      'UNREADABLE other.example/log\\+00000000 is said to be retired, but no line log names that key',
    ],
  ])('%s', async (_case, text, policy, verdict) => {
    const { code, told } = await verify(verifier, text, { policy });
    expect(told[0]).toMatch(new RegExp(`^${verdict}([: ]|$)`));
    expect(code).toBe(CODES[verdict.split(' ')[0]!]);
  });

  it('is refused where a line of the known former key is not of this checkpoint, whoever else signed', async () => {
    const forged = WITHIN.replace(
      keys.contract.name + ' ' + signatureOf(WITHIN, keys.contract),
      keys.contract.name + ' ' + signatureOf(WITHIN, keys.contract).replace(/.{6}$/, 'AAAA=='),
    );
    expect(forged).not.toBe(WITHIN);
    for (const policy of [both, former])
      expect((await verify(verifier, forged, { policy })).told[0]).toMatch(
        /^REFUSED (signature-wrong|note-unreadable)/,
      );
  });
});

/** The last line in the bundle that this key signed. */
function signatureOf(text: string, { name, id }: Key): string {
  const lines = [...text.matchAll(new RegExp(`— ${name} ([A-Za-z0-9+/=]+)`, 'g'))].map(([, code]) => code!);
  return lines.find((code) => Buffer.from(code, 'base64').subarray(0, 4).equals(id))!;
}
