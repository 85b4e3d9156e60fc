import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '@smartkey/event-store';
import { hashOf, ZERO_HASH } from '@smartkey/event-store';
import type { Instant, RecordedEvent } from '@smartkey/kernel';
import { cosignedAt } from './note/cosignature.ts';
import { checkpointText, parseCheckpoint } from './note/checkpoint.ts';
import { parseVerifier, verifierText } from './note/note-key.ts';
import { parseNote, verifyNote } from './note/signed-note.ts';
import { leafOf } from './tree/leaf.ts';

const LOG = 'smartkey.example/device-registry';
const INSTANT = '2024-01-05T01:02:03.004Z' as Instant;
const EVENT: RecordedEvent = {
  data: {
    account: 'rid_0',
    contract: 'ctr_ours',
    externalId: { sealed: 'v1.aWQ' },
    externalIdDigest: 'ZGln',
    registeredOn: '2023-12-25',
    spell: 1,
  },
  id: 'd4fe5320-2660-88fb-844c-59edba0f66ee',
  metadata: {
    actor: { key: 'key_made_up', role: 'operator' },
    commandId: 'cmd-account-rid_0-0',
    termsVersion: '2018-01-01',
  },
  occurredAt: INSTANT,
  recordedAt: INSTANT,
  revision: 0,
  stream: 'account-rid_0',
  type: 'IdRegistered',
  version: 1,
  position: 1_048_576n,
  hash: 'e7969d082edb1446c1c17973080ee83123fac4266e9d5e63250271094242aca5',
};
const KEY = `${LOG}+9f179360+Ac3AI6K47w5O30Su6/9AMdMBNB8L5ASljJoAqaZHtylD`;
const NOTE = `${LOG}
7
/STyqXuWEg9sty85G5aAvZqA69jNMQ2aE3D6ur9vuvU=

— ${LOG} nxeTYO7xHBV6A1iNeb1OpliCjxZDqFf9uGhNZzHJZdUrJ6iUi8MRQvOZ2DMgdtZBxi8dNyCfCYk4nVQpxuhuocyUFQw=
— witness.example/w1 +LcrXwAAAABllAdAK8iGI1N32L3FrFSWZWi3GoWsb9TQmwW4H5nlWLPktJ7qomVseGaWLg3deu+VWojnlVkg4tcAkmUOOmi+zPCsBw==
`;

describe('what another program must come to as well', () => {
  it('the hash of an event', () => {
    expect(hashOf(EVENT, ZERO_HASH)).toBe(EVENT.hash);
  });

  it('the leaf of an event', () => {
    expect(Buffer.from(leafOf(LOG, EVENT)).toString('hex')).toBe(
      'd62dd2640d4b2280da87b99411acccf450733342c71809545b477c3ece31dec3',
    );
    expect(canonicalJson({ position: String(EVENT.position) })).toBe('{"position":"1048576"}');
  });

  it('a checkpoint, signed by its log', () => {
    const verifier = parseVerifier(KEY);
    expect(verifierText(verifier)).toBe(KEY);
    const note = parseNote(NOTE);
    expect(verifyNote(note, [verifier])).toEqual([verifier]);
    const head = parseCheckpoint(note.text);
    expect(head).toMatchObject({ origin: LOG, size: 7 });
    expect(checkpointText(head)).toBe(note.text);
  });

  it('the cosignature of its witness', () => {
    const witness = parseVerifier('witness.example/w1+f8b72b5f+BDdSmqMfZdrht7sMWHv4P58Vbo3McY8R1jbwIR6+wbl4');
    expect(cosignedAt(parseNote(NOTE), witness)).toBe(1_704_200_000);
    expect(() => cosignedAt(parseNote(NOTE.replace('\n7\n', '\n8\n')), witness)).toThrow('signature-wrong');
  });

  it.each([
    ['another size', NOTE.replace('\n7\n', '\n8\n'), 'signature-wrong'],
    ['another signature', NOTE.replace('nxeTYO7x', 'nxeTYO7y'), 'signature-wrong'],
    ['a key that is not known alone', NOTE.replace(/— smartkey.*\n/, ''), 'signature-missing'],
    ['a key that signs twice', NOTE.replace(/(— smartkey.*\n)/, '$1$1'), 'signature-wrong'],
    ['a size written otherwise', NOTE.replace('\n7\n', '\n07\n'), 'signature-wrong'],
  ])('refuses %s', (_what, note, fault) => {
    expect(() => verifyNote(parseNote(note), [parseVerifier(KEY)])).toThrow(fault);
  });

  it.each([
    ['a line of an extension', `${LOG}\n7\n/STyqXuWEg9sty85G5aAvZqA69jNMQ2aE3D6ur9vuvU=\nmore\n`],
    ['a size with a zero before it', `${LOG}\n07\n/STyqXuWEg9sty85G5aAvZqA69jNMQ2aE3D6ur9vuvU=\n`],
    ['an origin with a capital', `Smartkey.example/x\n7\n/STyqXuWEg9sty85G5aAvZqA69jNMQ2aE3D6ur9vuvU=\n`],
    ['an origin without a service', `smartkey.example\n7\n/STyqXuWEg9sty85G5aAvZqA69jNMQ2aE3D6ur9vuvU=\n`],
    ['base64 written otherwise', `${LOG}\n7\n/STyqXuWEg9sty85G5aAvZqA69jNMQ2aE3D6ur9vuvV=\n`],
  ])('reads no checkpoint with %s', (_what, text) => {
    expect(() => parseCheckpoint(text)).toThrow('checkpoint-unreadable');
  });
});
