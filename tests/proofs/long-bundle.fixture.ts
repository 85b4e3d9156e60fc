import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import canonicalize from 'canonicalize';
import { leavesOf, noteOf, signatureLine, written, type StoryEvent } from './bundle.fixture.ts';
import { linesOf, provider, SIGNING, success, type Story } from './story.fixture.ts';

/*
 * A bundle of any length, by the definitions alone: a service provider's month with so many successes, some others between them. The log of
 * authentications is made twice, once for its root and once for its lines, and never held.
 */

const canonical = canonicalize as unknown as (value: unknown) => string;
const SERVICE = 'authentication';
const ORIGIN = `${SIGNING.system}/${SERVICE}`;
const ACCOUNTS = 1_000;
const ZERO = '0'.repeat(64);
const ACCOUNT_DAYS = 17;
const FIRST_DAY = 15;
/** Every so manieth event of the log is somebody else's. */
const OTHERS = 10;

const sha = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** RFC 6962 over leaves that come one after another. */
class Roots {
  #subtrees: { readonly height: number; readonly hash: Buffer }[] = [];

  push(leaf: Buffer): void {
    let added = { height: 0, hash: leaf };
    while (this.#subtrees.at(-1)?.height === added.height)
      added = {
        height: added.height + 1,
        hash: sha(Uint8Array.of(1), this.#subtrees.pop()!.hash, added.hash),
      };
    this.#subtrees.push(added);
  }

  root(): Buffer {
    return this.#subtrees
      .map(({ hash }) => hash)
      .reduceRight((right, left) => sha(Uint8Array.of(1), left, right));
  }
}

interface Leaf {
  readonly line: Record<string, unknown>;
  readonly hash: Buffer;
  readonly isInput: boolean;
}

/** The log of authentications: of each account its own stream. */
function* authentications(successes: number): Generator<Leaf> {
  const heads = new Map<string, { readonly revision: number; readonly hash: string }>();
  let index = 0;
  for (let n = 0; n < successes; index += 1) {
    const isInput = index % OTHERS !== OTHERS - 1;
    const stream = isInput ? `authentication-rid_${n % ACCOUNTS}` : 'other-0';
    const before = heads.get(stream);
    const revision = before === undefined ? 0 : before.revision + 1;
    const day = `2024-01-${FIRST_DAY + (n % ACCOUNT_DAYS)}`;
    const { type, data, at } = success(n, day);
    const event = {
      data: isInput ? { ...data, account: `rid_${n % ACCOUNTS}` } : { n: index },
      id: `${stream}/${revision}`,
      metadata: { actor: { key: 'key_1', role: 'service-provider' }, commandId: `cmd_${index}` },
      occurredAt: at,
      recordedAt: at,
      revision,
      stream,
      type: isInput ? type : 'Other',
      version: 1,
    };
    const previous = before?.hash ?? ZERO;
    const hash = sha(Buffer.from(previous, 'hex'), canonical(event)).toString('hex');
    heads.set(stream, { revision, hash });
    const position = String((index + 1) * 10);
    const leaf = sha(Uint8Array.of(0), canonical({ hash, log: ORIGIN, position, revision, stream }));
    const line = isInput
      ? { as: 'input', event, hash, index: String(index), position, previous, type: 'event' }
      : { hash: leaf.toString('hex'), index: String(index), level: 0, type: 'node' };
    yield { line, hash: leaf, isInput };
    if (isInput) n += 1;
  }
}

/** 2.5 yen for each of the first three, then 1 yen each and 7 once; the base of 17 of 31 days; a fee. */
function amountsOf(successes: number) {
  const usage = Math.floor(3 * 2.5 + (successes - 3) + 7);
  const net = 2_741 + usage + 3_000;
  const tax = Math.floor(net / 10);
  return { usage: String(usage), net: String(net), tax: String(tax), total: String(net + tax) };
}

/** Writes a bundle of so many successes, and says what it must come to. */
export async function writeLongBundle(path: string, successes: number): Promise<{ readonly total: string }> {
  const all = new Roots();
  const ofInputs = new Roots();
  let size = 0;
  let first: Buffer | undefined;
  const firstSize = Math.max(1, Math.floor(successes / 3));
  for (const { hash, isInput } of authentications(successes)) {
    all.push(hash);
    if (isInput) ofInputs.push(hash);
    size += 1;
    if (size === firstSize) first = all.root();
  }
  const story = documentFrom(successes, { size, root: all.root().toString('hex') }, ofInputs);
  const note = (count: number, root: Buffer, time: number): string =>
    noteOf(
      ORIGIN,
      count,
      root,
      (text) => signatureLine(SIGNING.keys[SERVICE], text),
      (text) => signatureLine(SIGNING.witness, text, time),
    );
  const [opening, ...others] = linesOf({ ...story, logs: { ...story.logs, [SERVICE]: [] } });
  const file = await open(path, 'w');
  try {
    const out = new Lines(file);
    await out.add(opening);
    await out.add({
      attestedSince: new Date(SIGNING.firstAt * 1000).toISOString().replace('.000Z', 'Z'),
      checkpoint: note(size, all.root(), SIGNING.lastAt),
      first: note(firstSize, first!, SIGNING.firstAt),
      log: ORIGIN,
      old: [],
      type: 'log',
      witnessed: new Date(SIGNING.lastAt * 1000).toISOString().replace('.000Z', 'Z'),
    });
    for (const { line } of authentications(successes)) await out.add(line);
    for (const line of others.slice(0, -1)) await out.add(line);
    await out.add({ lines: String(out.count + 1), type: 'end' });
    await out.flush();
  } finally {
    await file.close();
  }
  return amountsOf(successes);
}

/** The document, which records the log of authentications as it was read. */
function documentFrom(
  successes: number,
  { size, root }: { readonly size: number; readonly root: string },
  inputs: Roots,
): Story {
  const { usage, net, tax, total } = amountsOf(successes);
  return provider({
    successes: [],
    change: (document) => {
      const heads = document.inputs['heads'] as { readonly origin: string }[];
      const [base, use, fee] = document.lines;
      const [less, more] = use!['tiers'] as [object, object];
      for (const leaf of otherInputs()) inputs.push(leaf);
      const tiers = [less, { ...more, units: successes - 3, amount: String(successes - 3 + 7) }];
      return {
        ...document,
        lines: [base!, { ...use, quantity: String(successes), amount: usage, tiers }, fee!],
        taxes: [{ ...document.taxes[0], taxable: net, tax }],
        net,
        tax,
        total,
        basis: { ...document.basis, successes },
        inputs: {
          ...document.inputs,
          positions: {
            ...(document.inputs['positions'] as object),
            'authentication/0': String(size * 10),
          },
          heads: heads.map((head) => (head.origin === ORIGIN ? { origin: ORIGIN, size, root } : head)),
          count: Number(document.inputs['count']) + successes,
          root: inputs.root().toString('hex'),
        },
      };
    },
  });
}

/** Leaves of what the document follows from besides, in the order of their logs. */
function otherInputs(): readonly Buffer[] {
  const { logs } = provider({ successes: [] });
  const own = logs.billing.slice(
    0,
    logs.billing.findIndex(({ stream }) => stream === 'series-SK'),
  );
  const inputsIn = (service: string, events: readonly StoryEvent[]): readonly Buffer[] =>
    leavesOf(`${SIGNING.system}/${service}`, events)
      .filter(({ line }) => line['as'] === 'input')
      .map(({ hash }) => hash);
  return [...inputsIn('billing', own), ...inputsIn('contract', logs.contract)];
}

/** Writes lines, many at a time. */
class Lines {
  #waiting: unknown[] = [];
  count = 0;

  constructor(private readonly file: FileHandle) {}

  async add(line: unknown): Promise<void> {
    this.#waiting.push(line);
    this.count += 1;
    if (this.#waiting.length === 2_000) await this.flush();
  }

  async flush(): Promise<void> {
    await this.file.write(written(this.#waiting));
    this.#waiting = [];
  }
}
