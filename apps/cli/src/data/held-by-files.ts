import { isDocument } from '@smartkey/billing-domain';
import type { HeldDocument } from '@smartkey/billing-service';
import type { Incarnation } from '@smartkey/event-store';
import { readable } from '@smartkey/lifecycle';
import {
  ShownLog,
  ShownLogError,
  type CheckpointSettings,
  type ShownEvent,
  type ShownEventLine,
  type ShownNodeLine,
} from '@smartkey/transparency';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CommandError } from '../command.ts';
import { isGivenUp } from './given-up.ts';

/** Whose documents are looked for, and how it is known that they are. */
export interface OwnLog extends Pick<CheckpointSettings, 'secret' | 'logKeys'> {
  /** The first name of billing's log. */
  readonly base: string;
  /** Losses that were decided about: what they took has been billed anew. */
  readonly decided: readonly Incarnation[];
}

/** What a folder of proofs holds. */
export interface HeldByFiles {
  /** Each once, in the order of its series; those that were changed or are of another log with the reason. */
  readonly documents: readonly HeldDocument[];
  /** Files that are no proofs that can be read, by name. */
  readonly unreadable: readonly { readonly file: string; readonly detail: string }[];
  /** Documents of losses that were decided about. */
  readonly givenUp: number;
}

type Line =
  | { readonly type: 'proof'; readonly format: string }
  | { readonly type: 'log'; readonly log: string; readonly checkpoint: string }
  | ShownNodeLine
  | ShownEventLine
  | { readonly type: 'end' };

/** A document with what its tree says of it. */
interface Found {
  readonly line: ShownEventLine;
  readonly shown: ShownEvent | undefined;
}

/** The part of a proof that shows billing's log; its tree is missing where it is another's, or nobody of ours has signed it. */
interface Section {
  readonly tree: ShownLog | undefined;
  fault: ShownLogError | undefined;
  readonly found: Found[];
}

const FORMAT = 'smartkey-proof/1';

/**
 * Documents that stand in the proofs of a folder. A proof counts by the checkpoint in it, which a key of this system has signed: a hash can be made of anything,
 * so that it fits what is said is not enough. Of other logs that a proof shows nothing is asked.
 * @throws CommandError where there is no proof.
 */
export async function heldByFiles(folder: string, own: OwnLog): Promise<HeldByFiles> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new CommandError(`${folder} cannot be read`, { cause });
  });
  const files = names.filter((each) => each.endsWith('.ndjson')).sort();
  if (files.length === 0) throw new CommandError(`${folder} has no proofs (*.ndjson)`);
  const documents = new Map<string, HeldDocument>();
  const unreadable: { readonly file: string; readonly detail: string }[] = [];
  let givenUp = 0;
  for (const file of files) {
    const sections = await sectionsOf(join(folder, file), own);
    if (typeof sections === 'string') unreadable.push({ file, detail: sections });
    else
      for (const { fault, found } of sections)
        for (const { line, shown } of found) {
          const why = whyNot(line, shown, fault);
          const { stream, revision } = line.event;
          if (why === undefined && isGivenUp(own.decided, shown!)) givenUp += 1;
          else documents.set([stream, revision, line.hash, why?.[0]].join('/'), { ...held(line), ...(why && { why }) });
        }
  }
  return { documents: [...documents.values()].sort(inTheirOrder), unreadable, givenUp };
}

const inTheirOrder = (a: HeldDocument, b: HeldDocument): number =>
  a.stream === b.stream ? a.revision - b.revision : a.stream < b.stream ? -1 : 1;

/** What a file shows of billing's log; why it is no proof, where that cannot be read. */
async function sectionsOf(path: string, own: OwnLog): Promise<readonly Section[] | string> {
  const sections: Section[] = [];
  let current: Section | undefined;
  let n = 0;
  for await (const text of createInterface({ input: createReadStream(path) })) {
    n += 1;
    const line = lineIn(text);
    if (line === undefined) return `line ${n} is none of a proof`;
    if (n === 1 && !(line.type === 'proof' && line.format === FORMAT)) return `it does not begin as ${FORMAT}`;
    if (line.type === 'log') {
      if (current !== undefined) end(current);
      current = line.log.split('/')[1] === 'billing' ? await begun(line, own) : undefined;
      if (current !== undefined) sections.push(current);
    } else if (current !== undefined) take(current, line);
  }
  if (current !== undefined) end(current);
  return sections.some(({ found }) => found.length > 0) ? sections : 'it shows no document of a log of billing';
}

async function begun({ checkpoint }: { readonly checkpoint: string }, own: OwnLog): Promise<Section> {
  try {
    return { tree: await ShownLog.open(checkpoint, own.base, own), fault: undefined, found: [] };
  } catch (error) {
    if (!(error instanceof ShownLogError)) throw error;
    return { tree: undefined, fault: error, found: [] };
  }
}

function take(section: Section, line: Line): void {
  const { tree, found } = section;
  let shown: ShownEvent | undefined;
  followed(section, () => {
    if (line.type === 'node') tree?.node(line);
    else if (line.type === 'event') shown = tree?.event(line);
  });
  if (line.type === 'event' && isDocument(line.event)) found.push({ line, shown });
}

const end = (section: Section): void => followed(section, () => section.tree?.end());

/** The first thing that does not fit is what is said of all documents of the section. */
function followed(section: Section, step: () => void): void {
  if (section.fault !== undefined) return;
  try {
    step();
  } catch (error) {
    if (!(error instanceof ShownLogError)) throw error;
    section.fault = error;
  }
}

function whyNot(
  { event }: ShownEventLine,
  shown: ShownEvent | undefined,
  fault: ShownLogError | undefined,
): HeldDocument['why'] {
  if (shown?.isWhole === false) return ['hash-differs', 'what it says is not what its hash was made of'];
  if (fault !== undefined)
    return [fault.fault === 'another-log' ? 'another-systems' : 'not-as-signed', fault.message];
  return shown === undefined ? ['not-as-signed', `revision ${event.revision} is not in its tree`] : undefined;
}

function held({ event, hash, previous }: ShownEventLine): HeldDocument {
  const { id, type, version, stream, revision, occurredAt, data, metadata } = event;
  const { commandId, putBack } = metadata;
  return {
    id,
    type,
    version,
    stream,
    revision,
    occurredAt,
    data,
    hash,
    ...(putBack?.hash !== undefined && { hashBefore: putBack.hash }),
    previous,
    commandId,
  };
}

/** @returns undefined for what is no line of a proof. */
function lineIn(text: string): Line | undefined {
  const line = readable(() => JSON.parse(text) as Partial<Line> | null, 'SyntaxError') ?? undefined;
  const isText = (...values: readonly unknown[]): boolean => values.every((each) => typeof each === 'string');
  switch (line?.type) {
    case 'proof':
    case 'end':
      return line as Line;
    case 'log':
      return isText(line.log, line.checkpoint) ? (line as Line) : undefined;
    case 'node':
      return isText(line.hash, line.index) ? (line as Line) : undefined;
    case 'event':
      return isText(line.hash, line.index, line.position, line.previous) && isEvent(line.event)
        ? (line as Line)
        : undefined;
    default:
      return undefined;
  }
}

const isEvent = (event: Partial<ShownEventLine['event']> | null | undefined): boolean =>
  typeof event?.stream === 'string' &&
  typeof event.type === 'string' &&
  Number.isSafeInteger(event.revision) &&
  typeof event.data === 'object' &&
  typeof event.metadata === 'object' &&
  event.data !== null &&
  event.metadata !== null;
