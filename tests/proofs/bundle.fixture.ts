import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';

/*
 * Makes bundles as the format describes them, by the definitions alone and without a line of the system's code: what the verifier takes is
 * held against the description, not against itself.
 */

const canonical = canonicalize as unknown as (value: unknown) => string;
const sha = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const ZERO = '0'.repeat(64);

/** A key that signs notes: 1 of a log, 4 of a witness. */
export interface Key {
  readonly name: string;
  readonly type: 1 | 4;
  readonly text: string;
  readonly id: Buffer;
  readonly secret: KeyObject;
}

export function keyOf(name: string, type: 1 | 4, pair = generateKeyPairSync('ed25519')): Key {
  const raw = Buffer.from(pair.publicKey.export({ format: 'jwk' }).x!, 'base64url');
  const id = sha(`${name}\n`, Uint8Array.of(type), raw).subarray(0, 4);
  const text = `${name}+${id.toString('hex')}+${Buffer.concat([Uint8Array.of(type), raw]).toString('base64')}`;
  return { name, type, text, id, secret: pair.privateKey };
}

/** One line of a signature; a witness's says its time. */
export function signatureLine({ name, type, id, secret }: Key, text: string, time = 0): string {
  if (type === 1)
    return `— ${name} ${Buffer.concat([id, sign(null, Buffer.from(text), secret)]).toString('base64')}\n`;
  const at = Buffer.alloc(8);
  at.writeBigUInt64BE(BigInt(time));
  const signed = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), secret);
  return `— ${name} ${Buffer.concat([id, at, signed]).toString('base64')}\n`;
}

export interface StoryEvent {
  readonly stream: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at?: string;
  readonly as?: 'document' | 'input' | 'rendering' | 'restored' | undefined;
  readonly version?: number;
  /** Where another place in the log, or another revision, is claimed. */
  readonly position?: string;
  readonly revision?: number;
  /** Where it is chained to another event than the one before it. */
  readonly previous?: string;
}

export type Service = 'authentication' | 'billing' | 'contract' | 'device-registry';
export type Logs = Readonly<Record<Service, readonly StoryEvent[]>>;

export interface Signing {
  readonly system: string;
  readonly keys: Readonly<Record<Service, Key>>;
  readonly witness: Key;
  readonly firstAt: number;
  readonly lastAt: number;
}

interface Leaf {
  readonly line: Record<string, unknown>;
  readonly hash: Buffer;
  readonly shown: boolean;
}

/** RFC 6962, 2.1. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha('');
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha(Uint8Array.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

/** Under which name a log goes on behind its losses. */
const nameBehind = (base: string, events: readonly StoryEvent[]): string =>
  String(events.findLast(({ type }) => type === 'LogRestored')?.data['log'] ?? base);

/** @param base the name of the log before any loss. */
export function leavesOf(base: string, events: readonly StoryEvent[]): readonly Leaf[] {
  const heads = new Map<string, { revision: number; hash: string }>();
  let log = base;
  return events.map((told, index) => {
    const { stream, type, data, at = '2024-01-05T01:02:03.004Z', version = 1, as } = told;
    const before = heads.get(stream);
    const revision = told.revision ?? (before === undefined ? 0 : before.revision + 1);
    const previous = told.previous ?? (revision === 0 ? ZERO : (before?.hash ?? ZERO));
    const event = {
      data,
      id: `${stream}/${revision}`,
      metadata: { actor: { key: 'key_1', role: 'operator' }, commandId: `cmd_${index}` },
      occurredAt: at,
      recordedAt: at,
      revision,
      stream,
      type,
      version,
    };
    const hash = sha(Buffer.from(previous, 'hex'), canonical(event)).toString('hex');
    heads.set(stream, { revision, hash });
    const position = told.position ?? String((index + 1) * 10);
    if (type === 'LogRestored') log = String(data['log']);
    const leaf = sha(Uint8Array.of(0), canonical({ hash, log, position, revision, stream }));
    const line = { as, event, hash, index: String(index), position, previous, type: 'event' };
    return { line, hash: leaf, shown: as !== undefined };
  });
}

const powerOf = (width: number): boolean => (width & (width - 1)) === 0;

/** The tiles of a tree between two leaves: the largest nodes in which nothing is shown and that go over no split. */
function* tiles(
  leaves: readonly Leaf[],
  from: number,
  to: number,
  splits: readonly number[],
): Generator<Record<string, unknown>> {
  const width = to - from;
  if (width === 0) return;
  const part = leaves.slice(from, to);
  const whole = powerOf(width) && from % width === 0;
  if (whole && !part.some(({ shown }) => shown) && !splits.some((split) => split > from && split < to)) {
    const hash = rootOf(part.map((leaf) => leaf.hash)).toString('hex');
    yield { hash, index: String(from / width), level: Math.log2(width), type: 'node' };
    return;
  }
  if (width === 1) {
    yield part[0]!.line;
    return;
  }
  let split = 1;
  while (split * 2 < width) split *= 2;
  yield* tiles(leaves, from, from + split, splits);
  yield* tiles(leaves, from + split, to, splits);
}

export const noteOf = (
  origin: string,
  size: number,
  root: Buffer,
  ...lines: readonly ((text: string) => string)[]
): string => {
  const text = `${origin}\n${size}\n${root.toString('base64')}\n`;
  return `${text}\n${lines.map((line) => line(text)).join('')}`;
};

const secondsText = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

/** A bundle as objects, one a line. */
export function bundleOf(
  invoice: string,
  logs: Logs,
  { system, keys, witness, firstAt, lastAt }: Signing,
  sizes: {
    readonly first: Partial<Record<Service, number>>;
    readonly old: Partial<Record<Service, readonly number[]>>;
  },
): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [{ format: 'smartkey-proof/1', invoice, type: 'proof' }];
  for (const service of Object.keys(logs).sort() as Service[]) {
    const base = `${system}/${service}`;
    const origin = nameBehind(base, logs[service]);
    const leaves = leavesOf(base, logs[service]);
    if (!leaves.some(({ shown }) => shown)) continue;
    const all = leaves.map(({ hash }) => hash);
    const first = sizes.first[service] ?? all.length;
    const old = (sizes.old[service] ?? []).filter((size) => size > 0 && size < all.length && size !== first);
    const note = (size: number, time: number): string =>
      noteOf(
        origin,
        size,
        rootOf(all.slice(0, size)),
        (text) => signatureLine(keys[service], text),
        (text) => signatureLine(witness, text, time),
      );
    lines.push({
      attestedSince: secondsText(firstAt),
      checkpoint: note(all.length, lastAt),
      first: note(first, firstAt),
      log: origin,
      old: old.map(String),
      type: 'log',
      witnessed: secondsText(lastAt),
    });
    lines.push(...tiles(leaves, 0, all.length, [first, ...old]));
  }
  lines.push({ lines: String(lines.length + 1), type: 'end' });
  return lines;
}

export const written = (lines: readonly unknown[]): string =>
  lines.map((line) => `${canonical(line)}\n`).join('');

/** Count and root of what a document follows from, and the heads of the logs that were read. */
export function recordedOf(system: string, logs: Logs, read: Partial<Record<Service, number>> = {}) {
  const order = (Object.keys(logs) as Service[]).sort();
  const inputs = order.flatMap((service) =>
    leavesOf(`${system}/${service}`, logs[service])
      .filter(({ line }) => line['as'] === 'input')
      .map(({ hash }) => hash),
  );
  const heads = order.map((service) => {
    const events = logs[service].slice(0, read[service] ?? logs[service].length);
    const leaves = leavesOf(`${system}/${service}`, events);
    return {
      origin: nameBehind(`${system}/${service}`, events),
      size: leaves.length,
      root: rootOf(leaves.map(({ hash }) => hash)).toString('hex'),
    };
  });
  return { heads, count: inputs.length, root: rootOf(inputs).toString('hex') };
}
