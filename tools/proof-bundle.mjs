// What a bundle is made of. Signed notes, checkpoints and the reader's policy: https://c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy.
import { createHash, createPublicKey, verify } from 'node:crypto';

/** Why a proof does not hold, by a name. */
export class Refusal extends Error {
  constructor(name, detail) {
    super(detail);
    this.name = name;
  }
}
export const refuse = (name, detail) => {
  throw new Refusal(name, detail);
};

const ORIGIN = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?)+$/;
export const isOrigin = (text) => typeof text === 'string' && text.length <= 255 && ORIGIN.test(text);
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const ED25519 = 0x01;
const COSIGNATURE = 0x04;
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const MOST_SIGNATURES = 64;
/** A witness's clock may be ahead of the reader's by so much. */
const AHEAD_SECONDS = 300;

/** Bytes of base64 that is written in the one right way. */
function base64(text) {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** `<name>+<id>+<base64 of type and key>`. @throws Error where it is none: a policy that cannot be read is no refusal. */
function keyOf(text, type) {
  const [name, id, ...rest] = text.split('+');
  const bytes = base64(rest.join('+'));
  if (!isOrigin(name) || bytes?.length !== 33 || bytes[0] !== type) throw new Error(`${text} is no key of type ${type}`);
  const raw = bytes.subarray(1);
  if (sha256(`${name}\n`, Uint8Array.of(type), raw).subarray(0, 4).toString('hex') !== id) throw new Error(`the id of ${text} is wrong`);
  const key = createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, raw]), format: 'der', type: 'spki' });
  return { name, id, key, raw: raw.toString('hex') };
}

/** Reads a policy: whom the reader believes. @throws Error naming the line. */
export function readPolicy(text) {
  const logs = [];
  const members = new Map();
  const retired = new Map();
  let quorum;
  for (const [n, line] of text.split('\n').entries()) {
    const [word, ...rest] = line.replace(/#.*/, '').trim().split(/\s+/);
    try {
      if (word === '') continue;
      else if (word === 'log') logs.push(keyOf(rest[0] ?? '', ED25519));
      else if (word === 'witness') addMember(members, rest[0], { key: keyOf(rest[1] ?? '', COSIGNATURE) });
      else if (word === 'group') addMember(members, rest[0], groupOf(members, rest[1], rest.slice(2)));
      else if (word === 'quorum' && quorum === undefined) quorum = rest[0];
      else if (word === 'retired' && /^\d{1,12}$/.test(rest[1] ?? '') && !retired.has(rest[0])) retired.set(rest[0], Number(rest[1]));
      else throw new Error(`nobody knows the word ${word} here`);
    } catch (error) {
      throw new Error(`line ${n + 1} of the policy: ${error.message}`);
    }
  }
  if (logs.length === 0) throw new Error('the policy names no log');
  if (quorum === undefined || quorum === 'none') throw new Error('the policy asks for no witness: a quorum other than none is needed');
  if (!members.has(quorum)) throw new Error(`the quorum ${quorum} is neither a witness nor a group`);
  const witnesses = [...members.values()].filter(({ key }) => key !== undefined);
  if (witnesses.some(({ key }) => logs.some(({ raw }) => raw === key.raw))) throw new Error('a witness has the key of a log');
  for (const key of retired.keys())
    if (!logs.some(({ name, id }) => `${name}+${id}` === key)) throw new Error(`${key} is said to be retired, but no line log names that key`);
  if (new Set(witnesses.map(({ key }) => key.raw)).size < witnesses.length) throw new Error('two witnesses have one key');
  return { logs, members, retired, quorum, witnesses };
}

function addMember(members, name, member) {
  if (!name || name === 'none' || members.has(name)) throw new Error(`${name} is no name for one more`);
  members.set(name, member);
}

function groupOf(members, threshold, names) {
  const count = threshold === 'any' ? 1 : threshold === 'all' ? names.length : Number(threshold);
  if (names.length === 0 || new Set(names).size < names.length || !names.every((name) => members.has(name)))
    throw new Error('the members of a group are named before it, each once');
  if (!Number.isInteger(count) || count < 1 || count > names.length) throw new Error(`no group has ${threshold} of ${names.length}`);
  return { names, count };
}

const holds = (policy, name, cosigned) => {
  const { key, names, count } = policy.members.get(name);
  return key ? cosigned.has(key) : names.filter((each) => holds(policy, each, cosigned)).length >= count;
};

/** The text of a note and who signed it. */
function partsOf(note) {
  const cut = note.lastIndexOf('\n\n');
  if (cut < 0 || !note.endsWith('\n') || /[^\P{Cc}\n]|\ufffd/u.test(note)) refuse('note-unreadable', 'that is no signed note');
  const lines = note.slice(cut + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) refuse('note-too-many-signatures', `a note has more than ${MOST_SIGNATURES} signatures`);
  const signatures = lines.map((line) => {
    const [, name, code] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? refuse('note-unreadable', 'a line of a signature is none');
    const bytes = base64(code);
    if (bytes === undefined || bytes.length <= 4) refuse('note-unreadable', 'a signature is no base64 of a key id and more');
    return { name, id: bytes.subarray(0, 4).toString('hex'), bytes: bytes.subarray(4) };
  });
  return { text: note.slice(0, cut + 1), signatures };
}

function headOf(text) {
  const [origin, size, code, end, ...more] = text.split('\n');
  const root = base64(code ?? '');
  if (end !== '' || more.length > 0) refuse('checkpoint-unreadable', 'a checkpoint has three lines, and no extensions');
  if (!isOrigin(origin)) refuse('origin-unreadable', 'the origin of a checkpoint has not the form of one');
  if (!/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) refuse('checkpoint-unreadable', 'the size of a checkpoint is no count');
  if (root?.length !== 32) refuse('checkpoint-unreadable', 'the root of a checkpoint is no base64 of 32 bytes');
  return { origin, size: Number(size), root: root.toString('hex') };
}

/** A known key signs once, and rightly. @returns what it signed by, undefined where it did not. */
function signatureOf(signatures, { name, id }) {
  const own = signatures.filter((each) => each.name === name && each.id === id);
  if (own.length > 1) refuse('signature-twice', `${name}+${id} signed twice`);
  return own[0]?.bytes;
}

/**
 * A checkpoint by the reader's policy: signed by a log key that is known, and by the quorum where `cosigned`.
 * @returns origin, size, root, and the earliest time at which a witness that is known signed it (seconds).
 */
export function checkpointOf(note, policy, now, cosigned = true) {
  const { text, signatures } = partsOf(note);
  const head = headOf(text);
  const keys = policy.logs.filter(({ name }) => name === head.origin);
  if (keys.length === 0) refuse('log-unknown', `the policy knows no key of ${head.origin}`);
  const signers = keys.filter((known) => {
    const bytes = signatureOf(signatures, known);
    if (bytes === undefined) return false;
    if (bytes.length !== 64 || !verify(null, Buffer.from(text), known.key, bytes))
      refuse('signature-wrong', `that of ${known.name}+${known.id} is not of this checkpoint`);
    return true;
  });
  if (signers.length === 0) refuse('signature-missing', `no key of ${head.origin} that is known has signed`);
  const witnessed = new Set();
  let earliest;
  for (const { key } of policy.witnesses) {
    const bytes = signatureOf(signatures, key);
    if (bytes === undefined) continue;
    const time = bytes.length === 72 ? bytes.readBigUInt64BE(0) : -1n;
    const signed = Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
    if (time < 0n || !verify(null, signed, key.key, bytes.subarray(8))) refuse('cosignature-wrong', `that of ${key.name}+${key.id} is not of this checkpoint`);
    if (time === 0n) refuse('cosignature-without-time', `${key.name} says no time`);
    if (time > BigInt(now + AHEAD_SECONDS)) refuse('cosignature-ahead', `${key.name} signed at ${time}, which is not yet`);
    witnessed.add(key);
    earliest = earliest === undefined || Number(time) < earliest ? Number(time) : earliest;
  }
  if (cosigned && !holds(policy, policy.quorum, witnessed)) refuse('quorum-missing', `too few witnesses have signed the checkpoint of ${head.origin}`);
  const inTime = ({ name, id }) => {
    const until = policy.retired.get(`${name}+${id}`);
    return until === undefined || (earliest !== undefined && earliest <= until);
  };
  if (!signers.some(inTime)) refuse('key-retired', `the key that signed for ${head.origin} is retired`);
  return { ...head, earliest };
}

// The lines: canonical JSON (RFC 8785), events with their hashes, and the tree of each log (RFC 6962) tiled from left to right.

const DEPTH = 64;
const HASH = /^[0-9a-f]{64}$/;
const ZERO = '0'.repeat(64);
const COUNT = /^(0|[1-9]\d*)$/;
const LONGEST_POSITION = 2n ** 63n;
const isText = (value) => typeof value === 'string' && value !== '';
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 8785 of what bundles hold: numbers are safe integers, text has neither U+0000 nor half surrogate pairs. */
export function canonical(value, depth = 0) {
  if (depth > DEPTH) refuse('line-too-deep', `nested deeper than ${DEPTH}`);
  if (typeof value === 'string') {
    if (/\u0000|\p{Surrogate}/u.test(value)) refuse('text-unstorable', 'text with U+0000 or half a surrogate pair');
    return JSON.stringify(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? JSON.stringify(value) : refuse('number-unsafe', `${value} is no safe integer`);
  if (Array.isArray(value)) return `[${value.map((each) => canonical(each, depth + 1)).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((name) => `${canonical(name)}:${canonical(value[name], depth + 1)}`);
  return `{${members.join(',')}}`;
}

/** One line of a bundle, which must be written in the one way that there is. */
export function lineOf(bytes) {
  const text = bytes.toString();
  if (!bytes.equals(Buffer.from(text))) refuse('line-not-utf8', 'it is no UTF-8');
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse('line-not-json', `it is no JSON, or nested too deep: ${error.message}`);
  }
  if (!isObject(value)) refuse('line-not-json', 'it is no JSON object');
  if (canonical(value) !== text) refuse('line-not-canonical', 'it is not in the form of RFC 8785');
  return value;
}

/** The members of a line, exactly. */
export function mustHave(line, ...names) {
  if (Object.keys(line).sort().join() !== [...names].sort().join()) refuse('members-wrong', `a line of type ${line.type} has other members than ${names.join(', ')}`);
}

/** A count written as text. */
export function countOf(text, what) {
  if (typeof text !== 'string' || !COUNT.test(text) || !Number.isSafeInteger(Number(text))) refuse('count-unreadable', `${what} is no count`);
  return Number(text);
}

const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/** A tree that grows from left to right, by its whole subtrees: its root follows from them. */
export class Range {
  static empty = sha256('').toString('hex');
  #parts = [];
  size = 0;
  /** Roots by size, hex: at the sizes that somebody may hold, over which no node goes. */
  roots = new Map();

  constructor(splits = []) {
    this.splits = new Set(splits);
  }

  push(hash, level = 0, isNode = false) {
    let added = { hash, level, start: this.size, isNode };
    for (let last = this.#parts.at(-1); last?.level === added.level; last = this.#parts.at(-1)) {
      if (last.isNode && added.isNode && !this.splits.has(added.start)) refuse('node-not-largest', `nodes at ${last.start} could be one`);
      this.#parts.pop();
      added = { level: added.level + 1, hash: nodeHash(last.hash, added.hash), start: last.start };
    }
    this.#parts.push(added);
    this.size += 2 ** level;
    if (this.splits.has(this.size)) this.roots.set(this.size, this.root());
  }

  /** Hex. */
  root() {
    const hashes = this.#parts.map(({ hash }) => hash);
    return hashes.length === 0 ? Range.empty : hashes.reduceRight((right, left) => nodeHash(left, right)).toString('hex');
  }
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export function mustBeInstant(text, what) {
  const millis = typeof text === 'string' && INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(millis) || new Date(millis).toISOString() !== text) refuse('instant-unreadable', `${what} is no instant`);
  return millis;
}

function mustBeEvent(event) {
  if (!isObject(event)) refuse('event-unreadable', 'an event is an object');
  mustHave(event, 'data', 'id', 'metadata', 'occurredAt', 'recordedAt', 'revision', 'stream', 'type', 'version');
  if (!isText(event.id) || !isText(event.stream) || !isText(event.type) || !isObject(event.data) || !isObject(event.metadata))
    refuse('event-unreadable', 'a member of an event is of another kind');
  if (!isCount(event.revision) || !isCount(event.version)) refuse('event-unreadable', 'revision or version is no count');
  mustBeInstant(event.occurredAt, 'occurredAt');
  mustBeInstant(event.recordedAt, 'recordedAt');
}

/** One log of a bundle: its tree from the first leaf to the last. */
export class LogTree {
  #position = -1n;
  #streams = new Map();
  /** Names that it had before losses, with the leaves that were kept under each. */
  past = new Map();
  losses = [];

  constructor(origin, size, splits) {
    const [system, service] = origin.split('/');
    Object.assign(this, { origin, size, name: `${system}/${service}`, base: `${system}/${service}`, range: new Range([...splits, size]) });
  }

  node(line) {
    mustHave(line, 'hash', 'index', 'level', 'type');
    const { level } = line;
    if (!isCount(level) || level > 52) refuse('node-unreadable', 'the level of a node is none');
    if (!HASH.test(line.hash)) refuse('hash-unreadable', 'the hash of a node is none');
    const width = 2 ** level;
    const start = countOf(line.index, 'the index of a node') * width;
    if (start !== this.range.size) refuse('tiling-broken', `a node begins at ${start}, the one before ended at ${this.range.size}`);
    if (start + width > this.size) refuse('tiling-broken', `a node goes beyond the size of ${this.origin}`);
    for (const split of this.range.splits) if (split > start && split < start + width) refuse('node-straddles', `a node goes over the size ${split}`);
    this.range.push(Buffer.from(line.hash, 'hex'), level, true);
  }

  /** @returns the event with its leaf, once its hash is that of its content. */
  event(line) {
    mustHave(line, 'as', 'event', 'hash', 'index', 'position', 'previous', 'type');
    const { event, hash, position, previous } = line;
    const index = countOf(line.index, 'the index of an event');
    if (index !== this.range.size || index >= this.size) refuse('tiling-broken', `an event stands at ${index}, the tree is at ${this.range.size} of ${this.size}`);
    mustBeEvent(event);
    if (!HASH.test(hash) || !HASH.test(previous)) refuse('hash-unreadable', 'the hash of an event is none');
    if (typeof position !== 'string' || !COUNT.test(position) || BigInt(position) >= LONGEST_POSITION) refuse('position-unreadable', 'the position of an event is none');
    if (sha256(Buffer.from(previous, 'hex'), canonical(event)).toString('hex') !== hash)
      refuse('event-altered', `${event.type} at ${index} of ${this.origin} is not what its hash says`);
    if (BigInt(position) <= this.#position) refuse('positions-not-rising', `${event.type} at ${index} of ${this.origin} stands before the one before it`);
    this.#position = BigInt(position);
    this.#follow(event, hash, previous);
    if (line.as === 'restored') this.#restored(event, index);
    const leaf = sha256(Uint8Array.of(0), canonical({ hash, log: this.name, position, revision: event.revision, stream: event.stream }));
    this.range.push(leaf);
    return { ...line, index, position: BigInt(position), leaf };
  }

  /** The first leaf behind a loss says under which name the log goes on; those before it keep theirs. */
  #restored({ data, stream, type }, index) {
    const { log, oldOrigin, oldSize, keptSize } = data;
    if (type !== 'LogRestored' || stream !== `log-${this.base.split('/')[1]}`) refuse('restored-of-another', `${type} of ${stream} tells of no loss of ${this.origin}`);
    const numberOf = (name) => {
      const [, base, number] = /^(.+?)(?:\/([2-9]|[1-9]\d{1,8}))?$/.exec(name) ?? [];
      return base === this.base ? Number(number ?? 1) : refuse('restored-of-another', `${name} is no name of ${this.origin}`);
    };
    if (numberOf(this.name) > numberOf(oldOrigin) || numberOf(oldOrigin) >= numberOf(log)) refuse('restored-out-of-order', `${log} comes behind ${oldOrigin}`);
    if (keptSize !== index) refuse('restored-misplaced', `it stands at ${index}, and says that ${keptSize} leaves were kept`);
    if (!(keptSize <= oldSize)) refuse('restored-larger', `${keptSize} leaves were kept of ${oldSize}`);
    this.range.roots.set(index, this.range.root());
    for (const name of [this.name, oldOrigin]) if (!this.past.has(name)) this.past.set(name, index);
    this.losses.push(data);
    this.name = log;
  }

  #follow({ stream, revision }, hash, previous) {
    const last = this.#streams.get(stream);
    if (last !== undefined && revision <= last.revision) refuse('revisions-not-rising', `revision ${revision} of ${stream} comes behind ${last.revision}`);
    const expected = revision === 0 ? ZERO : last?.revision === revision - 1 ? last.hash : undefined;
    if (expected !== undefined && previous !== expected) refuse('chain-broken', `revision ${revision} of ${stream} is not chained to the one before it`);
    this.#streams.set(stream, { revision, hash });
  }
}
