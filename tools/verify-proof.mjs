#!/usr/bin/env node
// Verifies a proof of an invoice (format smartkey-proof/1, docs/proof-format.md) by the reader's own policy, offline and in one pass.
// node verify-proof.mjs --policy <file> [--held <note>]… [--document <json>] [--file <pdf or xml>] [--now <time>] <bundle or ->
// Exit codes: 0 PROVED, 1 REFUSED, 2 something that was named cannot be read, 3 inputs named later.
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Inputs, mustBeDocument, mustBeShown } from './proof-document.mjs';
import { checkpointOf, countOf, isOrigin, LogTree, lineOf, mustHave, readPolicy, refuse, Refusal } from './proof-bundle.mjs';

const LONGEST_LINE = 4 * 1024 * 1024;
const SERVICES = ['authentication', 'billing', 'contract', 'device-registry'];
const secondsOf = (text) => (/^\d{1,12}$/.test(text) ? Number(text) : Math.floor(Date.parse(text) / 1000));
const instantOf = (seconds) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

/** Lines of a file, each ended by a line feed. */
async function* linesOf(file) {
  let rest = Buffer.alloc(0);
  for await (const part of file === '-' ? process.stdin : createReadStream(file)) {
    let bytes = rest.length === 0 ? part : Buffer.concat([rest, part]);
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      yield bytes.subarray(0, end);
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > LONGEST_LINE) refuse('line-too-long', `a line has more than ${LONGEST_LINE} bytes`);
    rest = bytes;
  }
  if (rest.length > 0) refuse('line-unended', 'the last line does not end');
}

/** A bundle, line by line. */
export class Bundle {
  #state = 'proof';
  #lines = 0;
  /** The log whose lines come: its tree, the name of its service, and the checkpoints that it must be that of. */
  #log;
  #logs = new Map();
  #inputs = new Inputs();
  #renderings = new Set();
  #document;

  constructor({ policy, held = [], now }) {
    Object.assign(this, { policy, held, now });
  }

  take(bytes) {
    const line = lineOf(bytes);
    this.#lines += 1;
    if (this.#state === 'proof') this.#proof(line);
    else if (this.#state === 'end') refuse('lines-behind-end', 'something stands behind the last line');
    else if (line.type === 'log') this.#begin(line);
    else if (line.type === 'end') this.#end(line);
    else if (this.#log === undefined) refuse('line-misplaced', `a line of type ${line.type} stands before the first log`);
    else if (line.type === 'node') this.#log.tree.node(line);
    else if (line.type === 'event') this.#event(line);
    else refuse('line-unknown', `nobody knows lines of type ${line.type}`);
  }

  #proof(line) {
    if (line.type !== 'proof') refuse('line-misplaced', 'the first line is none of type proof');
    if (line.format !== 'smartkey-proof/1') refuse('format-unknown', `nobody knows the format ${line.format}`);
    mustHave(line, 'format', 'invoice', 'type');
    this.invoice = line.invoice;
    this.#state = 'logs';
  }

  #begin(line) {
    this.#close();
    mustHave(line, 'attestedSince', 'checkpoint', 'first', 'log', 'old', 'type', 'witnessed');
    const { log, old } = line;
    if (!isOrigin(log)) refuse('origin-unreadable', 'the name of a log has not the form of one');
    const [system, service] = log.split('/');
    if (!SERVICES.includes(service)) refuse('log-unknown', `${service} has no log that documents follow from`);
    const before = this.#log?.tree.origin;
    if (before !== undefined && !before.startsWith(`${system}/`)) refuse('log-of-another', `${log} is of another system than ${before}`);
    if (before !== undefined && (before >= log || this.#log.service === service)) refuse('logs-out-of-order', `${log} stands behind ${before}`);
    for (const note of [line.checkpoint, line.first]) if (typeof note !== 'string') refuse('note-unreadable', 'a checkpoint is no text');
    const checkpoint = checkpointOf(line.checkpoint, this.policy, this.now);
    const first = checkpointOf(line.first, this.policy, this.now);
    if (checkpoint.origin !== log || first.origin !== log) refuse('checkpoint-of-another', `a checkpoint is not of ${log}`);
    if (first.size > checkpoint.size || first.size === 0) refuse('first-larger', 'the first checkpoint is empty, or larger than the last');
    if (first.earliest > checkpoint.earliest) refuse('first-later', 'the first checkpoint was witnessed after the last');
    if (line.attestedSince !== instantOf(first.earliest)) refuse('attested-since-differs', `it is ${instantOf(first.earliest)}`);
    if (line.witnessed !== instantOf(checkpoint.earliest)) refuse('witnessed-differs', `it is ${instantOf(checkpoint.earliest)}`);
    if (!Array.isArray(old)) refuse('old-unreadable', 'old is a list of sizes');
    const sizes = old.map((size) => countOf(size, 'an old size'));
    for (const [n, size] of sizes.entries())
      if (size <= (sizes[n - 1] ?? 0) || size >= checkpoint.size || size === first.size)
        refuse('old-out-of-order', 'old sizes ascend, below the size and without the first one');
    for (const { origin, size } of this.held)
      if (origin === log && size > checkpoint.size) refuse('log-shorter-than-held', `${log} had ${size} events, now ${checkpoint.size}`);
    this.#log = { tree: new LogTree(log, checkpoint.size, [first.size, ...sizes]), service, checkpoint, first };
  }

  #event(line) {
    const { tree, service } = this.#log;
    const event = tree.event(line);
    const { as } = line;
    if (as === 'restored') this.#restored(event.event.data);
    else if (as === 'input') this.#inputs.take(service, tree.origin, event);
    else if (service !== 'billing' || !['document', 'rendering'].includes(as)) refuse('role-unknown', `nothing in ${service} is shown as ${as}`);
    else if (as === 'rendering') this.#rendering(event.event);
    else if (this.#document !== undefined) refuse('document-twice', 'two documents are shown');
    else this.#document = { document: mustBeDocument(event, this.invoice), position: event.position };
  }

  /** What was signed of a log before it lost its end. */
  #restored({ oldNote, oldOrigin, oldSize, oldRoot }) {
    const { origin, size, root } = checkpointOf(String(oldNote), this.policy, this.now, false);
    if (origin !== oldOrigin || size !== oldSize || root !== oldRoot) refuse('restored-differs', `the loss of ${oldOrigin} is not that of the checkpoint in it`);
  }

  #rendering({ data, stream, type }) {
    if (type !== 'DocumentRendered' || stream !== `rendition-${this.invoice}` || data.number !== this.invoice)
      refuse('rendering-of-another', `${type} of ${stream} is no file of ${this.invoice}`);
    this.#renderings.add(data.sha256);
  }

  /** The end of a log: its tree is that of every checkpoint that somebody holds. */
  #close() {
    if (this.#log === undefined) return;
    const { tree, service, checkpoint, first } = this.#log;
    const { origin, size, past, losses } = tree;
    const { roots } = tree.range;
    if (tree.range.size !== size) refuse('tiling-broken', `${origin} is shown up to ${tree.range.size} of ${size}`);
    if (tree.name !== origin) refuse('restored-missing', `it is not shown how ${tree.name} came to be ${origin}`);
    if (roots.get(size) !== checkpoint.root) refuse('root-differs', `the tree of ${origin} is not that of its checkpoint`);
    if (roots.get(first.size) !== first.root) refuse('first-differs', `the tree of ${origin} does not begin with its first checkpoint`);
    for (const { origin: name, size: at, root } of this.held) {
      if (name !== origin && !past.has(name)) continue;
      const loss = losses.findLast(({ oldOrigin }) => oldOrigin === name);
      if (at > (loss?.oldSize ?? at)) refuse('log-shorter-than-held', `${name} had ${at} events, its loss tells of ${loss.oldSize}`);
      if (at === loss?.oldSize && root !== loss.oldRoot) refuse('held-differs', `the loss of ${name} is not that of the checkpoint that you hold`);
      if (at > (past.get(name) ?? at)) continue; // Of what was lost no tree can be shown.
      const shown = roots.get(at) ?? refuse('held-not-shown', `the tree of ${origin} at ${at} is not shown: ask for it with since=${service}:${at}`);
      if (shown !== root) refuse('held-differs', `${origin} does not begin with the checkpoint that you hold`);
    }
    this.#logs.set(origin, { size, roots, first, checkpoint, past, losses });
  }

  #end(line) {
    this.#close();
    mustHave(line, 'lines', 'type');
    if (countOf(line.lines, 'the count of lines') !== this.#lines) refuse('lines-missing', `the bundle has ${this.#lines} lines, not ${line.lines}`);
    this.#state = 'end';
  }

  /** @returns the verdict on a bundle that was taken whole. @param files SHA-256 in hex. */
  verdict({ shown, files = [] } = {}) {
    if (this.#state !== 'end') refuse('end-missing', 'the bundle does not end');
    const { document } = this.#document ?? refuse('document-missing', 'no document is shown');
    if (shown !== undefined) mustBeShown(shown, document);
    for (const sha256 of files) if (!this.#renderings.has(sha256)) refuse('file-differs', `no file of ${this.invoice} has the hash ${sha256}`);
    const { kind, inputs, total, lines } = document;
    if (inputs.root === undefined) {
      const what = 'the document is in its log, which events it follows from is not recorded';
      return { code: 3, text: [`NOT PROVED ${this.invoice}: "inputs":"named-later"; ${what}`] };
    }
    this.#inputs.mustFit(this.#document, this.#logs);
    const ordinary = kind === 'invoice' && lines.every(({ item }) => item !== 'adjustment');
    const open = ordinary ? this.#inputs.derive(document) : [`how its lines come about: a ${kind} ${kind === 'invoice' ? 'with adjustments ' : ''}is added up`];
    const unproved = ['that the other logs have no further events of its inputs', 'the day on which it is due', ...open];
    const text = [`PROVED ${this.invoice}: ${total} yen, ${ordinary ? 'derived again from' : 'added up, recorded as following from'} ${inputs.count} events`];
    for (const [origin, { size, first, checkpoint, losses }] of this.#logs) {
      const since = `attested since ${instantOf(first.earliest)}; the first ${first.size} since then only`;
      text.push(`${origin}: ${size} events witnessed ${instantOf(checkpoint.earliest)}, ${since}`);
      for (const { log, oldOrigin, oldSize, keptSize } of losses) text.push(`${log}: begun behind a loss, ${keptSize} of ${oldSize} events of ${oldOrigin} were kept`);
    }
    return { code: 0, text: [...text, ...unproved.map((each) => `not proved: ${each}`)] };
  }
}

/** The options, and the files that they name. @throws Error for what cannot be read. */
function readOptions(args) {
  const text = { type: 'string' };
  const options = { policy: text, held: { ...text, multiple: true }, document: text, file: { ...text, multiple: true }, now: text };
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  if (positionals.length !== 1 || values.policy === undefined)
    throw new Error('usage: verify-proof.mjs --policy <file> [--held <note>]… [--document <json>] [--file <file>]… [--now <time>] <bundle or ->');
  const now = values.now === undefined ? Math.floor(Date.now() / 1000) : secondsOf(values.now);
  if (Number.isNaN(now)) throw new Error(`${values.now} is no time`);
  return {
    bundle: positionals[0],
    now,
    policy: readPolicy(readFileSync(values.policy, 'utf8')),
    held: (values.held ?? []).map((file) => readFileSync(file, 'utf8')),
    shown: values.document === undefined ? undefined : JSON.parse(readFileSync(values.document, 'utf8')),
    files: (values.file ?? []).map((file) => createHash('sha256').update(readFileSync(file)).digest('hex')),
  };
}

export async function main(args, tell) {
  let options;
  try {
    options = readOptions(args);
    const { policy, now, shown, files } = options;
    const held = options.held.map((note) => checkpointOf(note, policy, now, false));
    const bundle = new Bundle({ policy, held, now });
    for await (const line of linesOf(options.bundle)) bundle.take(line);
    const { code, text } = bundle.verdict({ shown, files });
    text.forEach((line) => tell(line));
    return code;
  } catch (error) {
    const unreadable = options === undefined || error?.syscall !== undefined;
    // Whatever a bundle does to this program, it is refused.
    tell(`${unreadable ? 'UNREADABLE' : `REFUSED ${error instanceof Refusal ? error.name : 'not-understood'}:`} ${error?.message}`);
    return unreadable ? 2 : 1;
  }
}

if (import.meta.main ?? process.argv[1]?.endsWith('verify-proof.mjs')) process.exitCode = await main(process.argv.slice(2), (line) => console.log(line));
