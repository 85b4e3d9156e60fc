import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  keyOf,
  noteOf,
  rootOf,
  leavesOf,
  signatureLine,
  written,
  type Key,
  type Service,
  type StoryEvent,
} from './bundle.fixture.ts';
import {
  account,
  contractOf,
  enterprise,
  fee,
  linesOf,
  NOW,
  ofContract,
  other,
  policyText,
  provider,
  QUOTE,
  REGISTRY,
  settings,
  SIGNING,
  success,
  SUCCESSES,
  type Change,
  type Document,
  type Story,
} from './story.fixture.ts';
import { loadVerifier, verify, type Reader } from './verify.fixture.ts';

/*
 * What somebody may do to a bundle, or to the system before it makes one, and the name by which that is refused. `raw` changes bytes,
 * `lines` what they say, `story` what was told before everything was hashed and signed.
 */
type Line = Record<string, unknown>;
let verifier: Awaited<ReturnType<typeof loadVerifier>>;
beforeAll(async () => {
  verifier = await loadVerifier();
});

const text = (): string => written(linesOf(enterprise()));
const raw = (change: (bundle: string) => string | Uint8Array) => () => ({ bundle: change(text()) });
const lines = (change: (all: Line[]) => readonly unknown[]) => () => ({
  bundle: written(counted(change(linesOf(enterprise())))),
});
/** The count at the end is right again. */
const counted = (all: readonly unknown[]): readonly unknown[] =>
  all.map((line) =>
    (line as Line)['type'] === 'end' ? { ...(line as Line), lines: String(all.length) } : line,
  );
const each = (where: (line: Line) => boolean, change: (line: Line) => Line) =>
  lines((all) => {
    const at = all.findIndex(where);
    return all.map((line, n) => (n === at ? change(line) : line));
  });
const story = (told: () => Story) => () => ({ bundle: written(linesOf(told())) });
const said = (change: Change) => story(() => enterprise({ change }));
const saidByProvider = (change: Change) => story(() => provider({ change }));
const reader = (given: Reader | (() => Reader)) => () => ({
  bundle: text(),
  reader: typeof given === 'function' ? given() : given,
});

const isLog = (service: Service) => (line: Line) => line['log'] === `smartkey.example/${service}`;
const isNode = (line: Line): boolean => line['type'] === 'node';
const isInput = (line: Line): boolean => line['as'] === 'input';
const isDocument = (line: Line): boolean => line['as'] === 'document';
const eventIn = (line: Line): Line => line['event'] as Line;
const withEvent =
  (change: (event: Line) => Line) =>
  (line: Line): Line => ({ ...line, event: change(eventIn(line)) });
const replaced = (note: unknown, from: string | RegExp, to: string): string => String(note).replace(from, to);
const inCheckpoint = (from: string | RegExp, to: string) =>
  each(isLog('contract'), (line) => ({ ...line, checkpoint: replaced(line['checkpoint'], from, to) }));
const inInputs =
  (change: (inputs: Line) => Line): Change =>
  (document) => ({ ...document, inputs: change(document.inputs) });
const inLine =
  (n: number, change: object): Change =>
  (document) => ({
    ...document,
    lines: document.lines.map((line) => (line['n'] === n ? { ...line, ...change } : line)),
  });
const settled = (document: Document, net: string, tax: string, total: string): Line => ({
  ...document,
  net,
  tax,
  total,
  taxes: [{ ...document.taxes[0], taxable: net, tax }],
});

/** A checkpoint of contract's log as it is, signed otherwise. */
function signedBy(sign: (text: string) => string, at: 'checkpoint' | 'first' = 'checkpoint') {
  return each(isLog('contract'), (line) => {
    const body = String(line[at]);
    const head = body.slice(0, body.lastIndexOf('\n\n') + 1);
    return { ...line, [at]: `${head}\n${sign(head)}` };
  });
}
const log = SIGNING.keys.contract;
const { witness } = SIGNING;
const own = (body: string): string => signatureLine(log, body);
const cosigned =
  (time: number) =>
  (body: string): string =>
    signatureLine(witness, body, time);
const others = Array.from({ length: 63 }, (_, n) => keyOf(`other.example/w${n}`, 4));
const lookalike: Key = keyOf(log.name, 1);

/** A log that the operator wrote anew after the reader had kept a checkpoint of it. */
function heldNote(size: number, change: (event: StoryEvent) => StoryEvent = (same) => same): string {
  const origin = 'smartkey.example/contract';
  const hashes = leavesOf(origin, enterprise().logs.contract.map(change)).map(({ hash }) => hash);
  return noteOf(origin, size, rootOf(hashes.slice(0, size)), own);
}

const registry = (...more: readonly StoryEvent[]) =>
  story(() => enterprise({ registry: [...REGISTRY, ...more] }));
const contract = (change: (events: readonly StoryEvent[]) => readonly StoryEvent[]) =>
  story(() => enterprise({ contract: change(contractOf('enterprise', QUOTE, '2023-12-01')) }));
const without = (type: string) => contract((events) => events.filter((event) => event.type !== type));

const BYTES: readonly Attack[] = [
  ['nothing at all', 'end-missing', raw(() => '')],
  ['only an end', 'line-misplaced', raw(() => '{"lines":"1","type":"end"}\n')],
  ['a byte order mark', 'line-not-json', raw((all) => `\ufeff${all}`)],
  ['lines ended as on Windows', 'line-not-canonical', raw((all) => all.replaceAll('\n', '\r\n'))],
  ['the last line does not end', 'line-unended', raw((all) => all.slice(0, -1))],
  ['an empty line', 'line-not-json', raw((all) => all.replace('\n', '\n\n'))],
  ['white space in a line', 'line-not-canonical', raw((all) => all.replace('{"format"', '{ "format"'))],
  [
    'members in another order',
    'line-not-canonical',
    raw((all) => all.replace(/^\{("format":"[^"]+"),("invoice":"[^"]+")/, '{$2,$1')),
  ],
  [
    'a member twice',
    'line-not-canonical',
    raw((all) => all.replace('"type":"proof"', '"type":"proof","type":"proof"')),
  ],
  ['a letter as an escape', 'line-not-canonical', raw((all) => all.replace('"proof"', '"pr\\u006fof"'))],
  [
    'a slash as an escape',
    'line-not-canonical',
    raw((all) => all.replace('smartkey-proof/1', 'smartkey-proof\\/1')),
  ],
  [
    'a number written with a point',
    'line-not-canonical',
    raw((all) => all.replace('"level":0', '"level":0.0')),
  ],
  [
    'a number written with an exponent',
    'line-not-canonical',
    raw((all) => all.replace('"version":1', '"version":1e0')),
  ],
  [
    'a number with digits that nobody reads',
    'line-not-canonical',
    raw((all) => all.replace('"spell":1', '"spell":1.0000000000000000001')),
  ],
  [
    'a number that is no safe integer',
    'number-unsafe',
    raw((all) => all.replace('"spell":1', '"spell":9007199254740993')),
  ],
  ['a fraction', 'number-unsafe', raw((all) => all.replace('"spell":1', '"spell":1.5'))],
  ['zero below zero', 'line-not-canonical', raw((all) => all.replace('"revision":0', '"revision":-0'))],
  ['U+0000 in a text', 'text-unstorable', raw((all) => all.replace('"key_1"', '"key_1\\u0000"'))],
  ['half a surrogate pair', 'text-unstorable', raw((all) => all.replace('"key_1"', '"key_1\\ud800"'))],
  [
    'bytes that are no UTF-8',
    'line-not-utf8',
    raw((all) => Buffer.concat([Buffer.from([0xff]), Buffer.from(all)])),
  ],
  [
    'an overlong form of UTF-8',
    'line-not-utf8',
    raw((all) => Buffer.from(all.replace('key_1', 'k\u0001')).map((byte) => (byte === 1 ? 0xc0 : byte))),
  ],
  ['a line that never ends', 'line-too-long', raw((all) => `${all}${'x'.repeat(4 * 1024 * 1024 + 1)}`)],
  ['a list deeper than the stack', 'line-not-json', raw((all) => `${'['.repeat(2_000_000)}\n${all}`)],
  [
    'nesting that no event has',
    'line-too-deep',
    raw((all) => `{"a":${'['.repeat(200)}${']'.repeat(200)}}\n${all}`),
  ],
  ['a list for a line', 'line-not-json', raw((all) => `[]\n${all}`)],
  ['JSON cut off', 'line-not-json', raw((all) => `${all.slice(0, 90)}\n`)],
  ['something behind the end', 'lines-behind-end', raw((all) => `${all}{"type":"node"}\n`)],
  ['a second bundle behind the first', 'lines-behind-end', raw((all) => all + all)],
];

const LINES: readonly Attack[] = [
  [
    'another format',
    'format-unknown',
    each(
      (line) => line['type'] === 'proof',
      (line) => ({ ...line, format: 'smartkey-proof/2' }),
    ),
  ],
  [
    'a member more in the first line',
    'members-wrong',
    each(
      (line) => line['type'] === 'proof',
      (line) => ({ ...line, trust: 'me' }),
    ),
  ],
  [
    'another invoice named',
    'invoice-differs',
    each(
      (line) => line['type'] === 'proof',
      (line) => ({ ...line, invoice: 'SK-000000002' }),
    ),
  ],
  [
    'a look-alike of the number',
    'invoice-differs',
    each(
      (line) => line['type'] === 'proof',
      (line) => ({ ...line, invoice: 'ЅK-000000003' }),
    ),
  ],
  [
    'a line of a kind that nobody knows',
    'line-unknown',
    lines((all) => [...all.slice(0, 3), { type: 'comment' }, ...all.slice(3)]),
  ],
  [
    'a node before the first log',
    'line-misplaced',
    lines(([proof, ...all]) => [proof, all.find(isNode), ...all]),
  ],
  ['the first line twice', 'line-misplaced', lines(([proof, ...all]) => [proof, proof, ...all])],
  ['logs in another order', 'logs-out-of-order', lines((all) => swapped(all, 'billing', 'contract'))],
  ['a log twice', 'logs-out-of-order', lines((all) => repeated(all, 'contract'))],
  [
    'a log of another system',
    'log-of-another',
    each(isLog('contract'), (line) => ({ ...line, log: 'smartkey.exbmple/contract' })),
  ],
  [
    'an origin in capitals',
    'origin-unreadable',
    each(isLog('contract'), (line) => ({ ...line, log: 'Smartkey.example/contract' })),
  ],
  [
    'an origin with a letter that looks alike',
    'origin-unreadable',
    each(isLog('contract'), (line) => ({ ...line, log: 'smartkеy.example/contract' })),
  ],
  [
    'a log that no document follows from',
    'log-unknown',
    each(isLog('contract'), (line) => ({ ...line, log: 'smartkey.example/gateway' })),
  ],
  [
    'a log under a name that no loss gave it',
    'checkpoint-of-another',
    each(isLog('contract'), (line) => ({ ...line, log: 'smartkey.example/contract/2' })),
  ],
  ['a log without its past', 'members-wrong', each(isLog('contract'), ({ first: _first, ...line }) => line)],
  [
    'old sizes that fall',
    'old-out-of-order',
    each(isLog('contract'), (line) => ({ ...line, old: ['4', '3'] })),
  ],
  [
    'an old size twice',
    'old-out-of-order',
    each(isLog('contract'), (line) => ({ ...line, old: ['3', '3'] })),
  ],
  ['an old size of 0', 'old-out-of-order', each(isLog('contract'), (line) => ({ ...line, old: ['0'] }))],
  [
    'an old size beyond the end',
    'old-out-of-order',
    each(isLog('contract'), (line) => ({ ...line, old: ['8'] })),
  ],
  [
    'an old size written otherwise',
    'count-unreadable',
    each(isLog('contract'), (line) => ({ ...line, old: ['03'] })),
  ],
  [
    'old sizes that are no list',
    'old-unreadable',
    each(isLog('contract'), (line) => ({ ...line, old: '3' })),
  ],
  [
    'attested since another time',
    'attested-since-differs',
    each(isLog('contract'), (line) => ({ ...line, attestedSince: '2020-01-01T00:00:00Z' })),
  ],
  [
    'witnessed at another time',
    'witnessed-differs',
    each(isLog('contract'), (line) => ({ ...line, witnessed: '2024-02-03T22:40:01Z' })),
  ],
  ['a node left out', 'tiling-broken', lines((all) => all.filter((_line, n) => n !== all.findIndex(isNode)))],
  [
    'a node twice',
    'tiling-broken',
    lines((all) => all.flatMap((line, n) => (n === all.findIndex(isNode) ? [line, line] : [line]))),
  ],
  [
    'a node of another hash',
    'root-or-first-differs',
    each(isNode, (line) => ({ ...line, hash: 'ab'.repeat(32) })),
  ],
  [
    'a node in capitals',
    'hash-unreadable',
    each(isNode, (line) => ({ ...line, hash: String(line['hash']).toUpperCase() })),
  ],
  ['a node below the leaves', 'node-unreadable', each(isNode, (line) => ({ ...line, level: -1 }))],
  ['a node higher than any tree', 'node-unreadable', each(isNode, (line) => ({ ...line, level: 53 }))],
  [
    'a node that goes beyond the size',
    'tiling-broken',
    each(isNode, (line) => ({ ...line, level: 6, index: '0' })),
  ],
  ['a node at another place', 'tiling-broken', each(isNode, (line) => ({ ...line, index: '7' }))],
  ['a node whose place is a number', 'count-unreadable', each(isNode, (line) => ({ ...line, index: 0 }))],
  ['a node over the first checkpoint', 'node-straddles', () => ({ bundle: straddling() })],
  ['two nodes where one would do', 'node-not-largest', () => ({ bundle: splitNode() })],
  [
    'an input left out',
    'tiling-broken',
    lines((all) => all.filter((_line, n) => n !== all.findIndex(isInput))),
  ],
  [
    'two inputs that change places',
    'tiling-broken',
    lines((all) => {
      const at = all.findIndex(isInput);
      return [...all.slice(0, at), all[at + 1], all[at], ...all.slice(at + 2)];
    }),
  ],
  ['an input hidden as a node', 'inputs-count', () => ({ bundle: hidden() })],
  [
    'a payload changed',
    'event-altered',
    each(
      isInput,
      withEvent((event) => ({ ...event, data: { ...(event['data'] as Line), from: '2017-01' } })),
    ),
  ],
  [
    'metadata changed',
    'event-altered',
    each(
      isInput,
      withEvent((event) => ({ ...event, metadata: {} })),
    ),
  ],
  [
    'an instant changed',
    'event-altered',
    each(
      isInput,
      withEvent((event) => ({ ...event, occurredAt: '2024-01-05T01:02:03.005Z' })),
    ),
  ],
  [
    'a type changed',
    'event-altered',
    each(
      isInput,
      withEvent((event) => ({ ...event, type: 'IssuerSet' })),
    ),
  ],
  [
    'a version changed',
    'event-altered',
    each(
      isInput,
      withEvent((event) => ({ ...event, version: 2 })),
    ),
  ],
  [
    'an id changed',
    'event-altered',
    each(
      isInput,
      withEvent((event) => ({ ...event, id: 'x' })),
    ),
  ],
  [
    'a stream changed',
    'event-altered',
    each(
      isInput,
      withEvent((event) => ({ ...event, stream: 'issuer-billing' })),
    ),
  ],
  [
    'an instant with microseconds',
    'instant-unreadable',
    each(
      isInput,
      withEvent((event) => ({ ...event, occurredAt: '2024-01-05T01:02:03.004567Z' })),
    ),
  ],
  [
    'an instant that no calendar has',
    'instant-unreadable',
    each(
      isInput,
      withEvent((event) => ({ ...event, recordedAt: '2024-02-30T01:02:03.004Z' })),
    ),
  ],
  [
    'an instant in JST',
    'instant-unreadable',
    each(
      isInput,
      withEvent((event) => ({ ...event, recordedAt: '2024-01-05T01:02:03+09:00' })),
    ),
  ],
  [
    'an event with one member more',
    'members-wrong',
    each(
      isInput,
      withEvent((event) => ({ ...event, note: '' })),
    ),
  ],
  [
    'an event without metadata',
    'members-wrong',
    each(
      isInput,
      withEvent(({ metadata: _metadata, ...event }) => event),
    ),
  ],
  ['an event that is none', 'event-unreadable', each(isInput, (line) => ({ ...line, event: 'x' }))],
  [
    'data that are a list',
    'event-unreadable',
    each(
      isInput,
      withEvent((event) => ({ ...event, data: [] })),
    ),
  ],
  [
    'a revision below 0',
    'event-unreadable',
    each(
      isInput,
      withEvent((event) => ({ ...event, revision: -1 })),
    ),
  ],
  ['a position as a number', 'position-unreadable', each(isInput, (line) => ({ ...line, position: 10 }))],
  [
    'a position with a zero before it',
    'position-unreadable',
    each(isInput, (line) => ({ ...line, position: '010' })),
  ],
  [
    'a position beyond 2^63',
    'position-unreadable',
    each(isInput, (line) => ({ ...line, position: '9223372036854775808' })),
  ],
  ['another position', 'root-or-first-differs', each(isInput, (line) => ({ ...line, position: '11' }))],
  ['another hash', 'event-altered', each(isInput, (line) => ({ ...line, hash: 'ab'.repeat(32) }))],
  [
    'a hash in capitals',
    'hash-unreadable',
    each(isInput, (line) => ({ ...line, hash: String(line['hash']).toUpperCase() })),
  ],
  [
    'another event before it',
    'event-altered',
    each(
      (line) => isInput(line) && eventIn(line)['revision'] === 2,
      (line) => ({ ...line, previous: 'ab'.repeat(32) }),
    ),
  ],
  ['a role that nobody knows', 'role-unknown', each(isInput, (line) => ({ ...line, as: 'witness' }))],
  [
    'an input shown as a rendering',
    'rendering-of-another',
    each(isInput, (line) => ({ ...line, as: 'rendering' })),
  ],
  [
    'the document shown as an input',
    'document-missing',
    each(isDocument, (line) => ({ ...line, as: 'input' })),
  ],
  [
    'no document at all',
    'document-missing',
    () => ({
      bundle: written(
        linesOf(
          mapped(enterprise(), 'billing', (event) =>
            event.as === 'document' ? { ...event, as: undefined } : event,
          ),
        ),
      ),
    }),
  ],
  [
    'a document in another log',
    'role-unknown',
    each(
      (line) => isInput(line) && eventIn(line)['type'] === 'ContractApplied',
      (line) => ({ ...line, as: 'document' }),
    ),
  ],
  [
    'a wrong count at the end',
    'lines-missing',
    () => ({ bundle: text().replace(/"lines":"\d+"/, '"lines":"5"') }),
  ],
  [
    'a count at the end that is none',
    'count-unreadable',
    () => ({ bundle: text().replace(/"lines":"\d+"/, '"lines":"x"') }),
  ],
  ['a log left out, with its inputs', 'inputs-count', lines((all) => repeated(all, 'contract', 0))],
];

const NOTES: readonly Attack[] = [
  ['a checkpoint of another size', 'signature-wrong', inCheckpoint('\n8\n', '\n9\n')],
  [
    'a checkpoint of another log',
    'signature-missing',
    inCheckpoint('smartkey.example/contract\n8', 'smartkey.example/billing\n8'),
  ],
  [
    'a checkpoint of a log that nobody knows',
    'log-unknown',
    inCheckpoint('smartkey.example/contract\n8', 'smartkey.example/other\n8'),
  ],
  ['a checkpoint with an extension', 'checkpoint-unreadable', inCheckpoint('=\n\n', '=\nextension\n\n')],
  ['a size with a zero before it', 'checkpoint-unreadable', inCheckpoint('\n8\n', '\n08\n')],
  [
    'a root of 31 bytes',
    'checkpoint-unreadable',
    inCheckpoint(/\n8\n.*\n/, `\n8\n${Buffer.alloc(31).toString('base64')}\n`),
  ],
  ['a root in another base64', 'checkpoint-unreadable', inCheckpoint(/\n8\n(.*)=\n/, '\n8\n$1\n')],
  [
    'an origin in capitals in the note',
    'origin-unreadable',
    inCheckpoint('smartkey.example/contract\n8', 'Smartkey.example/contract\n8'),
  ],
  ['a note without signatures', 'note-unreadable', inCheckpoint(/\n\n[^]*$/, '\n')],
  ['a hyphen for the dash of a signature', 'note-unreadable', inCheckpoint('— smartkey', '- smartkey')],
  ['a carriage return in a note', 'note-unreadable', inCheckpoint('\n8\n', '\n8\r\n')],
  [
    'a note that is no text',
    'note-unreadable',
    each(isLog('contract'), (line) => ({ ...line, checkpoint: 5 })),
  ],
  ['a note that is empty', 'note-unreadable', each(isLog('contract'), (line) => ({ ...line, first: '' }))],
  [
    'a signature of another text',
    'signature-wrong',
    signedBy((body) => own(`${body}x`) + cosigned(1_707_000_000)(body)),
  ],
  [
    'a key that signs twice',
    'signature-twice',
    signedBy((body) => own(body) + own(body) + cosigned(1_707_000_000)(body)),
  ],
  [
    'a look-alike key of the log alone',
    'signature-missing',
    signedBy((body) => signatureLine(lookalike, body) + cosigned(1_707_000_000)(body)),
  ],
  ['no signature of the log', 'signature-missing', signedBy((body) => cosigned(1_707_000_000)(body))],
  ['no witness', 'quorum-missing', signedBy(own)],
  [
    'a witness that nobody knows',
    'quorum-missing',
    signedBy((body) => own(body) + signatureLine(others[0]!, body, 1_707_000_000)),
  ],
  [
    'a witness that signs twice',
    'signature-twice',
    signedBy((body) => own(body) + cosigned(1_707_000_000)(body) + cosigned(1_707_000_000)(body)),
  ],
  [
    'a cosignature of another time',
    'cosignature-wrong',
    signedBy((body) => own(body) + moved(cosigned(1_707_000_000)(body))),
  ],
  ['a witness that signs as a log does', 'cosignature-wrong', signedBy((body) => own(body) + plain(body))],
  [
    'a cosignature without a time',
    'cosignature-without-time',
    signedBy((body) => own(body) + cosigned(0)(body)),
  ],
  [
    'a cosignature of next year',
    'cosignature-ahead',
    signedBy((body) => own(body) + cosigned(1_740_000_000)(body)),
  ],
  [
    'a first checkpoint witnessed after the last',
    'first-later',
    signedBy((body) => own(body) + cosigned(1_708_000_000)(body), 'first'),
  ],
  ['a first checkpoint without a witness', 'quorum-missing', signedBy(own, 'first')],
  [
    'more signatures than a note has',
    'note-too-many-signatures',
    signedBy(
      (body) =>
        own(body) +
        cosigned(1_707_000_000)(body) +
        others.map((key) => signatureLine(key, body, 1_707_000_000)).join(''),
    ),
  ],
  [
    'a first checkpoint that is larger than the last',
    'first-larger',
    each(isLog('contract'), (line) => ({ ...line, first: line['checkpoint'], checkpoint: line['first'] })),
  ],
  [
    'the checkpoint of another log',
    'checkpoint-of-another',
    lines((all) =>
      all.map((line) =>
        isLog('contract')(line) ? { ...line, checkpoint: all.find(isLog('billing'))!['checkpoint'] } : line,
      ),
    ),
  ],
  ['a first checkpoint of a log that was rewritten', 'first-differs', () => ({ bundle: rewrittenFirst() })],
];

const TOLD: readonly Attack[] = [
  [
    'positions that fall',
    'positions-not-rising',
    contract((events) => events.map((event, n) => (n === 4 ? { ...event, position: '15' } : event))),
  ],
  [
    'a revision twice',
    'revisions-not-rising',
    contract((events) =>
      events.map((event) => (event.type === 'PriceQuoted' ? { ...event, revision: 0 } : event)),
    ),
  ],
  [
    'a revision of the contract left out',
    'contract-gap',
    contract((events) =>
      events.map((event) => (event.type === 'BillingStartSet' ? { ...event, as: undefined } : event)),
    ),
  ],
  ['a chain that was hashed anew', 'chain-broken', () => ({ bundle: rechained() })],
  [
    'an input of another contract',
    'input-of-another',
    registry(account('rid_9', 'IdRegistered', { registeredOn: '2024-01-01', contract: 'ctr_other' })),
  ],
  [
    'a stream that is another account’s',
    'input-misplaced',
    registry({
      ...account('rid_9', 'IdRegistered', { registeredOn: '2024-01-01' }),
      stream: 'account-rid_8',
    }),
  ],
  ['an event that is no registration', 'input-misplaced', registry(account('rid_9', 'DeviceEnrolled', {}))],
  [
    'a spell without a number',
    'input-misplaced',
    registry(account('rid_9', 'IdRegistered', { registeredOn: '2024-01-01', spell: '1' })),
  ],
  [
    'an end without its beginning',
    'spell-broken',
    registry(account('rid_9', 'IdDeregistered', { registeredOn: '2024-01-01', lastDay: '2024-01-02' })),
  ],
  [
    'a beginning twice',
    'spell-broken',
    registry(account('rid_1', 'IdRegistered', { registeredOn: '2024-01-01' })),
  ],
  [
    'a day that no calendar has',
    'day-unreadable',
    registry(account('rid_9', 'IdRegistered', { registeredOn: '2024-13-01' })),
  ],
  [
    'an account that was billed and is not shown',
    'basis-differs',
    story(() => enterprise({ registry: REGISTRY.filter(({ stream }) => stream !== 'account-rid_2') })),
  ],
  [
    'an account that is shown and was not billed',
    'basis-differs',
    registry(account('rid_9', 'IdRegistered', { registeredOn: '2024-01-01' })),
  ],
  [
    'the first day of an account told otherwise',
    'spell-broken',
    story(() =>
      enterprise({
        registry: REGISTRY.map((event) =>
          event.stream === 'account-rid_2' && event.type === 'IdRegistered'
            ? { ...event, data: { ...event.data, registeredOn: '2024-01-09' } }
            : event,
        ),
      }),
    ),
  ],
  [
    'a void left out',
    'basis-differs',
    story(() => enterprise({ registry: REGISTRY.filter(({ type }) => type !== 'RegistrationVoided') })),
  ],
  [
    'another account fee',
    'line-differs',
    contract((events) =>
      events.map((event) =>
        event.type === 'PriceQuoted'
          ? ofContract('PriceQuoted', { quote: { ...QUOTE, accountFee: '301' } })
          : event,
      ),
    ),
  ],
  [
    'another base fee',
    'line-differs',
    contract((events) =>
      events.map((event) =>
        event.type === 'PriceQuoted'
          ? ofContract('PriceQuoted', { quote: { ...QUOTE, baseFee: '9999' } })
          : event,
      ),
    ),
  ],
  [
    'a later quote kept back',
    'basis-differs',
    contract((events) => [
      ...events,
      ofContract('PriceQuoted', { quote: { ...QUOTE, id: 'quo_9', accountFee: '1' } }),
    ]),
  ],
  [
    'a change of plan kept back',
    'basis-differs',
    contract((events) => [
      ...events,
      ofContract('PlanChangeAccepted', {
        planChange: 'pch_1',
        plan: 'service-provider',
        fromMonth: '2024-01',
      }),
    ]),
  ],
  [
    'an end of the contract kept back',
    'basis-differs',
    contract((events) => [
      ...events,
      ofContract('CancellationNotified', { cancellation: 'can_1', effectiveDay: '2024-01-15' }),
    ]),
  ],
  ['no quote', 'basis-differs', without('PriceQuoted')],
  ['no start of billing', 'input-outside-window', without('BillingStartSet')],
  ['a fee that nothing founds', 'fee-unfounded', without('FeeObligationArose')],
  [
    'a fee that was waived',
    'fee-unfounded',
    contract((events) => [...events, ofContract('FeeWaived', { fee: 'fee_1' })]),
  ],
  [
    'a fee of another amount',
    'fee-differs',
    contract((events) => [
      ...events.filter(({ type }) => type !== 'FeeObligationArose'),
      fee('fee_1', '2999', '2024-01-20'),
    ]),
  ],
  [
    'a fee of a later month',
    'fee-differs',
    contract((events) => [
      ...events.filter(({ type }) => type !== 'FeeObligationArose'),
      fee('fee_1', '3000', '2024-02-20'),
    ]),
  ],
  ['the policy kept back', 'policy-not-shown', story(() => enterprise({ settings: settings.slice(1) }))],
  [
    'a rounding that nobody knows',
    'policy-unreadable',
    story(() =>
      enterprise({
        settings: settings.map((event) => ({ ...event, data: { ...event.data, yenRounding: 'up' } })),
      }),
    ),
  ],
  [
    'another rounding of yen',
    'line-differs',
    story(() =>
      enterprise({
        settings: settings.map((event) => ({ ...event, data: { ...event.data, yenRounding: 'ceil' } })),
      }),
    ),
  ],
  [
    'another rounding of tax',
    'tax-differs',
    story(() =>
      enterprise({
        settings: settings.map((event) => ({ ...event, data: { ...event.data, taxRounding: 'ceil' } })),
      }),
    ),
  ],
  [
    'an event of billing that is no input',
    'input-misplaced',
    story(() => enterprise({ settings: [...settings, { ...other(1), as: 'input' }] })),
  ],
  [
    'a success that was counted twice',
    'basis-differs',
    saidByProvider((document) => ({ ...document, basis: { ...document.basis, successes: 6 } })),
  ],
  [
    'a success more than was billed',
    'basis-differs',
    story(() => provider({ successes: [...SUCCESSES, success(9, '2024-01-30')] })),
  ],
  [
    'a success before the window',
    'input-outside-window',
    story(() => provider({ successes: [...SUCCESSES, success(9, '2024-01-14')] })),
  ],
  [
    'a success of the next day in Japan',
    'input-outside-window',
    story(() =>
      provider({
        successes: [...SUCCESSES, { ...success(9, '2024-01-31'), at: '2024-01-31T15:00:00.000Z' }],
      }),
    ),
  ],
  [
    'a success of another contract',
    'input-of-another',
    story(() => provider({ successes: [...SUCCESSES, success(9, '2024-01-30', { contract: 'ctr_other' })] })),
  ],
  [
    'a success of another stream',
    'input-misplaced',
    story(() => provider({ successes: [...SUCCESSES, success(9, '2024-01-30', { account: 'rid_7' })] })),
  ],
  [
    'a failure as a success',
    'input-misplaced',
    story(() =>
      provider({ successes: [...SUCCESSES, { ...success(9, '2024-01-30'), type: 'AccountLocked' }] }),
    ),
  ],
  ['a tier priced otherwise', 'line-differs', saidByProvider(inLine(2, { tiers: [] }))],
];

const SAID: readonly Attack[] = [
  ['a total that is not net and tax', 'sums-differ', said((document) => ({ ...document, total: '14800' }))],
  [
    'lines that do not come to net',
    'sums-differ',
    said((document) => ({ ...document, net: '13455', total: '14800' })),
  ],
  [
    'tax rows that do not come to tax',
    'sums-differ',
    said((document) => ({ ...document, tax: '1346', total: '14800' })),
  ],
  [
    'a tax row of other lines',
    'sums-differ',
    said((document) => ({ ...document, taxes: [{ ...document.taxes[0], taxable: '1' }] })),
  ],
  [
    'lines without a tax row',
    'sums-differ',
    said((document) => ({ ...document, taxes: [], tax: '0', total: '13454' })),
  ],
  [
    'two tax rows of one code',
    'sums-differ',
    said((document) => ({
      ...document,
      taxes: [document.taxes[0]!, document.taxes[0]!],
      tax: '2690',
      total: '16144',
    })),
  ],
  [
    'a tax row of a code that nobody knows, of no lines',
    'tax-code-unknown',
    said((document) => ({
      ...document,
      taxes: [document.taxes[0]!, { taxCode: 'JP-MORE', taxable: '0', tax: '500' }],
      tax: '1845',
      total: '15299',
    })),
  ],
  [
    'tax on a code that no line has',
    'tax-differs',
    said((document) => ({
      ...document,
      taxes: [document.taxes[0]!, { taxCode: 'JP-STD-8-2014', rate: '8', taxable: '0', tax: '500' }],
      tax: '1845',
      total: '15299',
    })),
  ],
  [
    'another rate than that of its code',
    'tax-code-unknown',
    said((document) => ({ ...document, taxes: [{ ...document.taxes[0], rate: '8' }] })),
  ],
  [
    'a fee that stands on it twice',
    'fee-twice',
    said((document) =>
      settled(
        { ...document, lines: [...document.lines, { ...document.lines[2], n: 4 }] },
        '16454',
        '1645',
        '18099',
      ),
    ),
  ],
  ['a yen more of tax', 'tax-differs', said((document) => settled(document, '13454', '1346', '14800'))],
  [
    'a line more',
    'fee-unfounded',
    said((document) =>
      settled(
        { ...document, lines: [...document.lines, { ...document.lines[2], n: 4, fee: 'fee_2' }] },
        '16454',
        '1645',
        '18099',
      ),
    ),
  ],
  [
    'a line of usage left out',
    'lines-differ',
    said((document) =>
      settled(
        { ...document, lines: [document.lines[0]!, { ...document.lines[2], n: 2 }] },
        '13000',
        '1300',
        '14300',
      ),
    ),
  ],
  [
    'a yen more of usage',
    'line-differs',
    said((document) => settled(inLine(2, { amount: '455' })(document) as Document, '13455', '1345', '14800')),
  ],
  ['a quantity rounded up', 'line-differs', said(inLine(2, { quantity: '1.516' }))],
  [
    'another tax code',
    'line-differs',
    said((document) => ({
      ...inLine(2, { taxCode: 'JP-OUT' })(document),
      taxes: [
        { ...document.taxes[0], taxable: '13000', tax: '1345' },
        { taxCode: 'JP-OUT', taxable: '454', tax: '0' },
      ],
    })),
  ],
  ['a tax code that nobody knows', 'tax-code-unknown', said(inLine(2, { taxCode: 'JP-STD-5' }))],
  ['an amount in full-width digits', 'amount-unreadable', said(inLine(2, { amount: '４５４' }))],
  ['an amount with a plus', 'amount-unreadable', said((document) => ({ ...document, total: '+14799' }))],
  ['lines that are numbered otherwise', 'lines-unreadable', said(inLine(2, { n: 5 }))],
  [
    'another window',
    'basis-differs',
    said((document) => ({
      ...document,
      basis: { ...document.basis, window: { from: '2024-01-02', to: '2024-01-31' } },
    })),
  ],
  [
    'another quote named',
    'basis-differs',
    said((document) => ({ ...document, basis: { ...document.basis, quote: 'quo_7' } })),
  ],
  [
    'a number of another place',
    'number-not-its-place',
    said((document) => ({ ...document, number: 'SK-000000004' })),
  ],
  [
    'a kind that is not its type’s',
    'document-unknown',
    said((document) => ({ ...document, kind: 'correction' })),
  ],
  [
    'a document of another contract',
    'input-of-another',
    said((document) => ({ ...document, contract: 'ctr_other' })),
  ],
  ['a document of another month', 'basis-differs', said((document) => ({ ...document, month: '2024-02' }))],
  ['another count of inputs', 'inputs-count', said(inInputs((inputs) => ({ ...inputs, count: 2 })))],
  [
    'another root of inputs',
    'inputs-root',
    said(inInputs((inputs) => ({ ...inputs, root: 'ab'.repeat(32) }))),
  ],
  [
    'inputs that were not read',
    'input-not-read',
    said(
      inInputs((inputs) => ({
        ...inputs,
        positions: { 'contract/0': '5', 'device-registry/0': '1000', 'billing/0': '20' },
      })),
    ),
  ],
  ['a log that was never read', 'input-not-read', said(inInputs((inputs) => ({ ...inputs, positions: {} })))],
  [
    'a head beyond the checkpoint',
    'head-beyond-checkpoint',
    said(inInputs((inputs) => ({ ...inputs, heads: headsWith(inputs, 'contract', { size: 9 }) }))),
  ],
  [
    'a head of another root',
    'head-differs',
    said(
      inInputs((inputs) => ({ ...inputs, heads: headsWith(inputs, 'contract', { root: 'ab'.repeat(32) }) })),
    ),
  ],
  [
    'a head whose root is not shown',
    'head-not-shown',
    said(inInputs((inputs) => ({ ...inputs, heads: headsWith(inputs, 'contract', { size: 7 }) }))),
  ],
  ['a head before its inputs', 'input-behind-head', () => ({ bundle: shortHead() })],
  ['a log that has no head', 'input-behind-head', said(inInputs((inputs) => ({ ...inputs, heads: [] })))],
];

const READERS: readonly Attack[] = [
  [
    'a log that is shorter than what the reader holds',
    'log-shorter-than-held',
    reader(() => ({ held: [longerNote()] })),
  ],
  [
    'a log that was rewritten below what the reader holds',
    'held-differs',
    reader(() => ({
      held: [
        heldNote(5, (event) => (event.type === 'PriceQuoted' ? { ...event, data: { quote: {} } } : event)),
      ],
    })),
  ],
  [
    'a size that the reader holds and nobody shows',
    'held-not-shown',
    reader(() => ({ held: [heldNote(4)] })),
  ],
  [
    'a held note of another key',
    'signature-missing',
    reader(() => ({ held: [heldNote(5).replace(/— .*\n/, signatureLine(lookalike, 'x'))] })),
  ],
  [
    'a document that was handed over and is another',
    'document-differs',
    reader(() => ({
      document: { ...enterprise().logs.billing.find(({ as }) => as === 'document')!.data, total: '14798' },
    })),
  ],
  [
    'a name that was handed over and is another',
    'document-differs',
    reader(() => ({
      document: {
        ...enterprise().logs.billing.find(({ as }) => as === 'document')!.data,
        recipient: { name: '例示株式會社' },
      },
    })),
  ],
  ['a file that is none of the document’s', 'file-differs', reader({ file: 'another file' })],
  ['a clock before the witness’s', 'cosignature-ahead', reader({ now: '2024-01-01T00:00:00Z' })],
  [
    'a key that was retired before',
    'key-retired',
    reader(() => ({ policy: `${policyText()}retired ${log.name}+${log.id.toString('hex')} 1706500000\n` })),
  ],
  [
    'a policy that knows other logs',
    'log-unknown',
    reader(() => ({ policy: policyText().replace(new RegExp(`log ${log.name}.*\n`), '') })),
  ],
  [
    'a policy that asks for two witnesses',
    'quorum-missing',
    reader(() => ({
      policy: policyText().replace(
        'quorum w1',
        `witness w2 ${others[0]!.text}\ngroup all all w1 w2\nquorum all`,
      ),
    })),
  ],
];

type Attack = readonly [
  what: string,
  name: string,
  make: () => { readonly bundle: string | Uint8Array; readonly reader?: Reader },
];
const ATTACKS = [...BYTES, ...LINES, ...NOTES, ...TOLD, ...SAID, ...READERS];

describe('an attack on a proof', () => {
  it.each(ATTACKS)('%s: refused as %s', async (_what, name, make) => {
    const { bundle, reader: given } = make();
    const { code, told } = await verify(verifier, bundle, given);
    const names = name === 'root-or-first-differs' ? ['root-differs', 'first-differs'] : [name];
    expect(told).toHaveLength(1);
    expect(names).toContain(/^REFUSED ([a-z0-9-]+): ./.exec(told[0]!)?.[1]);
    expect(told[0]).not.toMatch(/\n\s+at |not-understood/);
    expect(code).toBe(1);
  });

  it('is one of more than a hundred that are told apart', () => {
    expect(new Set(ATTACKS.map(([what]) => what)).size).toBe(ATTACKS.length);
    expect(ATTACKS.length).toBeGreaterThan(150);
    expect(NOW).toBe('2024-03-01T00:00:00Z');
  });
});

/** The lines of each log, in their order. */
function sections(all: readonly Line[]): {
  readonly head: Line;
  readonly logs: readonly (readonly Line[])[];
  readonly end: Line;
} {
  const logs: Line[][] = [];
  for (const line of all.slice(1, -1))
    if (line['type'] === 'log') logs.push([line]);
    else logs.at(-1)!.push(line);
  return { head: all[0]!, logs, end: all.at(-1)! };
}
const of =
  (service: Service) =>
  (part: readonly Line[]): boolean =>
    isLog(service)(part[0]!);

function swapped(all: readonly Line[], a: Service, b: Service): readonly Line[] {
  const { head, logs, end } = sections(all);
  return [
    head,
    ...logs.flatMap((part) => (of(a)(part) ? logs.find(of(b))! : of(b)(part) ? logs.find(of(a))! : part)),
    end,
  ];
}

function repeated(all: readonly Line[], service: Service, times = 2): readonly Line[] {
  const { head, logs, end } = sections(all);
  return [
    head,
    ...logs.flatMap((part) => (of(service)(part) ? Array.from({ length: times }, () => part).flat() : part)),
    end,
  ];
}

const mapped = (told: Story, service: Service, change: (event: StoryEvent) => object): Story => ({
  ...told,
  logs: { ...told.logs, [service]: told.logs[service].map(change) },
});

const headsWith = ({ heads }: Line, service: Service, change: object): unknown =>
  (heads as readonly { readonly origin: string }[]).map((head) =>
    head.origin.endsWith(`/${service}`) ? { ...head, ...change } : head,
  );

/** The first checkpoint lies within what is shown as one node. */
function straddling(): string {
  const events = [other(1), other(2), other(3), other(4), ...contractOf('enterprise', QUOTE, '2023-12-01')];
  const told = enterprise({ contract: events });
  const all = linesOf({ ...told, first: { ...told.first, contract: 8 } });
  const split = linesOf({ ...told, first: { ...told.first, contract: 3 } });
  const log = split.find(isLog('contract'))!;
  return written(all.map((line) => (isLog('contract')(line) ? log : line)));
}

/** What could be one node is shown as two. */
function splitNode(): string {
  const events = [other(1), other(2), ...contractOf('enterprise', QUOTE, '2023-12-01')];
  const told = enterprise({ contract: events });
  const all = linesOf({ ...told, first: { ...told.first, contract: 10 } });
  const split = linesOf({ ...told, first: { ...told.first, contract: 1 } });
  const { logs: parts } = sections(split);
  const { head, logs, end } = sections(all);
  const log = logs.find(of('contract'))![0]!;
  return written(
    counted([
      head,
      ...logs.flatMap((part) =>
        of('contract')(part) ? [log, ...parts.find(of('contract'))!.slice(1)] : part,
      ),
      end,
    ]),
  );
}

/** An input is not disclosed, though the document follows from it. */
function hidden(): string {
  const told = enterprise();
  return written(
    linesOf(
      mapped(told, 'device-registry', (event) =>
        event.stream === 'account-rid_1' ? { ...event, as: undefined } : event,
      ),
    ),
  );
}

/** The log goes on with an event that is chained to another than the one before it. */
function rechained(): string {
  const told = enterprise({
    registry: REGISTRY.map((event) =>
      event.stream === 'account-rid_2' && event.type === 'IdDeregistered'
        ? { ...event, previous: 'ab'.repeat(32) }
        : event,
    ),
  });
  return written(linesOf(told));
}

/** The first checkpoint was signed, and witnessed, of another log. */
function rewrittenFirst(): string {
  const root = rootOf([Buffer.alloc(32)]);
  const first = noteOf(log.name, 5, root, own, cosigned(1_706_000_000));
  return written(linesOf(enterprise()).map((line) => (isLog('contract')(line) ? { ...line, first } : line)));
}

/** The head that is recorded ends before the last input. */
function shortHead(): string {
  const change = inInputs((inputs) => {
    const leaves = leavesOf(log.name, enterprise().logs.contract).map(({ hash }) => hash);
    return {
      ...inputs,
      heads: headsWith(inputs, 'contract', { size: 5, root: rootOf(leaves.slice(0, 5)).toString('hex') }),
    };
  });
  return written(linesOf(enterprise({ change })));
}

const longerNote = (): string => noteOf(log.name, 20, rootOf([]), own);

/** A cosignature whose time was changed. */
function moved(line: string): string {
  const [, name, code] = /^— (\S+) (\S+)\n$/.exec(line)!;
  const bytes = Buffer.from(code!, 'base64');
  bytes[11] = bytes[11]! ^ 1;
  return `— ${name} ${bytes.toString('base64')}\n`;
}

/** The witness's key signs the checkpoint itself. */
function plain(body: string): string {
  const line = signatureLine({ ...witness, type: 1 }, body);
  return line;
}
