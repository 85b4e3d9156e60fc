import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  keyOf,
  leavesOf,
  noteOf,
  rootOf,
  signatureLine,
  written,
  type Key,
  type StoryEvent,
} from './bundle.fixture.ts';
import {
  contractOf,
  enterprise,
  linesOf,
  other,
  policyText,
  QUOTE,
  SIGNING,
  type Change,
  type Story,
} from './story.fixture.ts';
import { loadVerifier, verify, type Reader } from './verify.fixture.ts';

/*
 * Proofs of a log that lost its end: which two people gave up, so that it goes on under another name. Its kept leaves bear the name before, the first new
 * one tells of the loss, with what was signed under that name.
 */
type Line = Record<string, unknown>;
let verifier: Awaited<ReturnType<typeof loadVerifier>>;
beforeAll(async () => {
  verifier = await loadVerifier();
});

const BASE = 'smartkey.example/contract';
const SECOND = `${BASE}/2`;
const [second, third] = [keyOf(SECOND, 1), keyOf(`${BASE}/3`, 1)];
const first = SIGNING.keys.contract;
const POLICY = policyText().replace(
  'witness w1',
  [second, third].map(({ text }) => `log ${text}\n`).join('') + 'witness w1',
);
/** What the log had before: three of its events were lost. */
const BEFORE: readonly StoryEvent[] = [
  ...contractOf('enterprise', QUOTE, '2023-12-01').slice(0, 6),
  other(21),
  other(22),
  other(23),
];
const KEPT = 6;
const REST = contractOf('enterprise', QUOTE, '2023-12-01').slice(KEPT);

const rootAt = (events: readonly StoryEvent[], size = events.length): Buffer =>
  rootOf(
    leavesOf(BASE, events)
      .slice(0, size)
      .map(({ hash }) => hash),
  );
const signedBy = (origin: string, events: readonly StoryEvent[], key: Key, size = events.length): string =>
  noteOf(origin, size, rootAt(events, size), (text) => signatureLine(key, text));

/** The first event behind a loss of what a log was. */
function loss(
  before: readonly StoryEvent[],
  keptSize: number,
  { origin = BASE, log = SECOND, key = first }: { origin?: string; log?: string; key?: Key } = {},
): StoryEvent {
  return {
    stream: 'log-contract',
    type: 'LogRestored',
    as: 'restored',
    data: {
      log,
      oldOrigin: origin,
      oldSize: before.length,
      oldRoot: rootAt(before).toString('hex'),
      oldNote: signedBy(origin, before, key),
      keptSize,
      incarnation: 2,
      incarnationId: '00000000-0000-4000-8000-000000000002',
      keptPosition: '60',
      oldHead: null,
      by: { sealed: 'v1.YQ' },
      confirmedBy: { sealed: 'v1.Yg' },
      reason: { sealed: 'v1.Yw' },
    },
  };
}

interface Lost {
  readonly contract?: readonly StoryEvent[];
  readonly change?: Change;
  readonly size?: number;
  readonly key?: Key;
}
const RESTORED = [...BEFORE.slice(0, KEPT), loss(BEFORE, KEPT), ...REST, other(24)];

function restored({ contract = RESTORED, change, size = KEPT + 1, key = second }: Lost = {}): Story {
  const told = enterprise({ contract, ...(change && { change }) });
  return {
    ...told,
    first: { ...told.first, contract: size },
    signing: { ...SIGNING, keys: { ...SIGNING.keys, contract: key } },
  };
}
const changed = (data: object): Lost => ({
  contract: RESTORED.map((event) =>
    event.type === 'LogRestored' ? { ...event, data: { ...event.data, ...data } } : event,
  ),
});

const judged = (bundle: string, reader: Reader = {}) =>
  verify(verifier, bundle, { policy: POLICY, ...reader });
const proved = (story: Story, reader?: Reader) => judged(written(linesOf(story)), reader);

describe('the proof of an invoice that rests on a log behind a loss', () => {
  it('shows the loss and derives the invoice again', async () => {
    const { code, told } = await proved(restored());
    expect(told[0]).toMatch(/^PROVED SK-000000003: 14799 yen, derived again/);
    expect(told).toContain(`${SECOND}: begun behind a loss, 6 of 9 events of ${BASE} were kept`);
    expect(code).toBe(0);
  });

  it('also where the document was drawn up before, of what was kept, and where the log lost its end again', async () => {
    // Drawn up of all six events that were kept.
    const whole = contractOf('enterprise', QUOTE, '2023-12-01');
    const later = [...whole, loss([...whole, other(1)], whole.length), other(2)];
    const head = { origin: BASE, size: whole.length, root: rootAt(whole).toString('hex') };
    const drawnUpBefore: Change = (document) => ({
      ...document,
      inputs: {
        ...document.inputs,
        heads: (document.inputs['heads'] as { origin: string }[]).map((each) =>
          each.origin.startsWith(BASE) ? head : each,
        ),
      },
    });
    expect(
      await proved(restored({ contract: later, size: whole.length + 1, change: drawnUpBefore })),
    ).toMatchObject({ code: 0 });

    const [names, key] = [{ origin: SECOND, log: `${BASE}/3`, key: second }, third];
    // Behind the first loss, which stays told; and before it, so that nothing tells of it any more but the name.
    const twice = [
      ...RESTORED.slice(0, -1),
      loss([...RESTORED, other(25)], RESTORED.length - 1, names),
      other(26),
    ];
    expect(await proved(restored({ contract: twice, key, size: twice.length }))).toMatchObject({ code: 0 });
    const below = [...BEFORE.slice(0, 4), loss(RESTORED, 4, names), ...BEFORE.slice(4, KEPT), ...REST];
    expect(await proved(restored({ contract: below, key, size: below.length }))).toMatchObject({ code: 0 });
  });

  it('holds checkpoints of the name before against what was kept, and against what the loss tells', async () => {
    const held = (size: number, events = BEFORE) => [signedBy(BASE, events, first, size)];
    const split = { ...restored(), old: { billing: [2], contract: [4] } };
    expect(await proved(split, { held: held(4) })).toMatchObject({ code: 0 });
    expect(await proved(split, { held: held(KEPT) })).toMatchObject({ code: 0 });
    expect(await proved(split, { held: held(8) })).toMatchObject({ code: 0 });
    const otherwise = BEFORE.map((event, n) => (n === 3 ? other(40) : event));
    const name = async (reader: Reader) =>
      /^REFUSED ([a-z-]+)/.exec((await proved(split, reader)).told[0]!)?.[1];
    expect(await name({ held: held(5) })).toBe('held-not-shown');
    expect(await name({ held: held(4, otherwise) })).toBe('held-differs');
    expect(await name({ held: held(9, otherwise) })).toBe('held-differs');
    expect(await name({ held: held(10, [...BEFORE, other(41)]) })).toBe('log-shorter-than-held');
  });
});

const without = (note: string): string => note.replace(/— .*\n$/, '');
const lossOf = (lines: readonly Line[]): number => lines.findIndex((line) => line['as'] === 'restored');
const inLoss = (change: (event: Line) => Line) => (): string => {
  const lines = linesOf(restored());
  const at = lossOf(lines);
  const event = change(lines[at]!['event'] as Line);
  return written(lines.map((line, n) => (n === at ? { ...line, event } : line)));
};
const { oldNote } = RESTORED[KEPT]!.data as { readonly oldNote: string };
const told = (lost: Lost) => (): string => written(linesOf(restored(lost)));

type Attack = readonly [what: string, name: string, make: () => string, reader?: Reader];
const ATTACKS: readonly Attack[] = [
  [
    'the leaf that tells of the loss is taken out',
    'tiling-broken',
    () => {
      const lines = linesOf(restored()).filter((line) => line['as'] !== 'restored');
      return written([...lines.slice(0, -1), { lines: String(lines.length), type: 'end' }]);
    },
  ],
  [
    'the leaf that tells of the loss is hidden in a node',
    'restored-missing',
    told({
      contract: RESTORED.map((event) => (event.as === 'restored' ? { ...event, as: undefined } : event)),
    }),
  ],
  [
    'the log goes on under another name without telling of a loss',
    'checkpoint-of-another',
    () => {
      const lines = linesOf(enterprise());
      return written(lines.map((line) => (line['log'] === BASE ? { ...line, log: SECOND } : line)));
    },
  ],
  [
    'a byte of what it tells is changed',
    'event-altered',
    inLoss((event) => ({ ...event, data: { ...(event['data'] as Line), keptSize: 5 } })),
  ],
  [
    'another event is shown as it',
    'restored-of-another',
    told({
      contract: RESTORED.map((event) => (event.as === 'restored' ? { ...event, stream: 'other-21' } : event)),
    }),
  ],
  ['the checkpoint of the name before is missing', 'note-unreadable', told(changed({ oldNote: undefined }))],
  ['it is no note', 'note-unreadable', told(changed({ oldNote: 'nothing' }))],
  ['nobody signed it', 'note-unreadable', told(changed({ oldNote: without(oldNote) }))],
  [
    'another key signed it',
    'signature-wrong',
    told(
      changed({
        oldNote: oldNote
          .replace(/[A-Za-z0-9+/]{8}==\n$/, 'AAAAAAA=\n')
          .replace(
            /\n— (\S+) (.{60})/,
            (_all, name: string, code: string) =>
              `\n— ${name} ${code.slice(0, 20)}${[...code.slice(20)].reverse().join('')}`,
          ),
      }),
    ),
  ],
  [
    'it is of another size',
    'signature-wrong',
    told(changed({ oldNote: oldNote.replace('\n9\n', '\n8\n'), oldSize: 8 })),
  ],
  ['what it tells is of another size than that', 'restored-differs', told(changed({ oldSize: 8 }))],
  [
    'what it tells has another root than that',
    'restored-differs',
    told(changed({ oldRoot: 'ab'.repeat(32) })),
  ],
  [
    'what it tells is of another name than that',
    'restored-of-another',
    told(changed({ oldOrigin: 'smartkey.example/billing' })),
  ],
  [
    'it has the name of another system',
    'restored-of-another',
    told(changed({ oldOrigin: 'other.example/contract' })),
  ],
  ['it goes back to a former name', 'restored-out-of-order', told(changed({ oldOrigin: SECOND }))],
  ['it says that less was kept', 'restored-misplaced', told(changed({ keptSize: 5 }))],
  [
    'it says that more was kept than there was',
    'restored-larger',
    told({ contract: [...BEFORE.slice(0, KEPT), loss(BEFORE.slice(0, 3), KEPT), ...REST, other(24)] }),
  ],
  [
    'a kept leaf was written anew under the new name',
    'root-differs',
    () => {
      const lines = linesOf(restored());
      const moved = leavesOf(SECOND, RESTORED).map(({ hash }) => hash);
      const note = noteOf(
        SECOND,
        moved.length,
        rootOf(moved),
        (text) => signatureLine(second, text),
        (text) => signatureLine(SIGNING.witness, text, SIGNING.lastAt),
      );
      return written(lines.map((line) => (line['log'] === SECOND ? { ...line, checkpoint: note } : line)));
    },
  ],
  [
    'a log stands beside itself under both names',
    'logs-out-of-order',
    () => {
      const lines = linesOf(restored());
      const at = lines.findIndex((line) => line['log'] === SECOND);
      const own = linesOf(enterprise());
      const from = own.findIndex((line) => line['log'] === BASE);
      const part = own.slice(
        from,
        own.findIndex((line, n) => n > from && line['type'] === 'log'),
      );
      return written([...lines.slice(0, at), ...part, ...lines.slice(at)]);
    },
  ],
  [
    'the document was drawn up of what was lost',
    'head-lost',
    told({
      change: (document) => ({
        ...document,
        inputs: {
          ...document.inputs,
          heads: (document.inputs['heads'] as { origin: string }[]).map((head) =>
            head.origin === SECOND ? { origin: BASE, size: 9, root: rootAt(BEFORE).toString('hex') } : head,
          ),
        },
      }),
    }),
  ],
  [
    'a reader who knows no key of the name before',
    'log-unknown',
    told({}),
    { policy: POLICY.replace(`log ${first.text}\n`, '') },
  ],
  [
    'a reader who knows no key of the new name',
    'log-unknown',
    told({}),
    { policy: POLICY.replace(`log ${second.text}\n`, '') },
  ],
];

describe('an attack on the proof of a restored log', () => {
  it.each(ATTACKS)('%s: refused as %s', async (...[, name, make, reader]) => {
    const { code, told: said } = await judged(make(), reader);
    expect(/^REFUSED ([a-z0-9-]+): ./.exec(said[0]!)?.[1]).toBe(name);
    expect(said).toHaveLength(1);
    expect(code).toBe(1);
  });
});
