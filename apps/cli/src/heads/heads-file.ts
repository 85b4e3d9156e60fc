import { isJsonObject, parsePosition } from '@smartkey/kernel';
import { readable } from '@smartkey/lifecycle';
import { open } from 'node:fs/promises';
import { CommandError } from '../command.ts';
import { KEEPERS } from '../data/services.ts';
import type { TableState } from './kept-tables.ts';

export const HEADS_FORMAT = 'smartkey-heads/1';

/** The last event of a log. */
export interface Head {
  readonly position: string;
  readonly id: string;
  /** Hex. */
  readonly hash: string;
}

/** How far one service's data went. */
export interface ServiceHeads {
  readonly place: 'postgres' | 'eventstoredb';
  /** Up to the head; 0 where there is none. */
  readonly events: number;
  readonly head: Head | null;
  readonly tree: { readonly origin: string; readonly size: number; readonly root: string } | null;
  readonly tables: Readonly<Record<string, TableState>>;
}

/** How far the data of a system went at a moment: what a copy that was begun afterwards must have at least. */
export interface HeadsFile {
  readonly format: typeof HEADS_FORMAT;
  readonly madeAt: string;
  /** Versions of the key-encryption keys that open the data. */
  readonly keys: readonly string[];
  readonly services: Readonly<Record<string, ServiceHeads>>;
}

/** Some hundred bytes for each table. */
const MOST_BYTES = 256 * 1024;

/** @throws CommandError where the file is none that `backup --heads` wrote. */
export async function readHeadsFile(path: string): Promise<HeadsFile> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new CommandError(`${path} cannot be read`, { cause });
  });
  try {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(MOST_BYTES + 1), position: 0 });
    const heads = bytesRead > MOST_BYTES ? undefined : parseHeads(buffer.toString('utf8', 0, bytesRead));
    if (heads === undefined) throw new CommandError(`${path} is not what backup --heads writes`);
    return heads;
  } finally {
    await file.close();
  }
}

function parseHeads(text: string): HeadsFile | undefined {
  const file = readable(() => JSON.parse(text) as Partial<HeadsFile> | null, 'SyntaxError');
  const sound =
    file?.format === HEADS_FORMAT &&
    typeof file.madeAt === 'string' &&
    Array.isArray(file.keys) &&
    file.keys.every((key: unknown) => typeof key === 'string' && /^[\w-]{1,40}$/.test(key)) &&
    isJsonObject(file.services) &&
    Object.entries(file.services).every(([name, heads]) => isKeeper(name) && areHeads(heads));
  return sound ? (file as HeadsFile) : undefined;
}

const isKeeper = (name: string): boolean => KEEPERS.some((each) => each === name);

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const matches = (value: unknown, form: RegExp): boolean => typeof value === 'string' && form.test(value);

const areHeads = (heads: unknown): boolean =>
  isJsonObject(heads) &&
  ['postgres', 'eventstoredb'].includes(String(heads['place'])) &&
  isCount(heads['events']) &&
  (heads['head'] === null || isHead(heads['head'])) &&
  (heads['tree'] === null || isTree(heads['tree'])) &&
  isJsonObject(heads['tables']) &&
  Object.entries(heads['tables']).every(
    ([name, state]) => /^[a-z_]{1,63}$/.test(name) && isTableState(state),
  );

const isHead = (head: unknown): boolean =>
  isJsonObject(head) &&
  parsePosition(head['position']) !== undefined &&
  matches(head['id'], /^[0-9a-f-]{36}$/) &&
  matches(head['hash'], /^[0-9a-f]{64}$/);

const isTree = (tree: unknown): boolean =>
  isJsonObject(tree) &&
  matches(tree['origin'], /^\S{1,300}$/) &&
  isCount(tree['size']) &&
  matches(tree['root'], /^[A-Za-z0-9+/]{43}=$/);

const isTableState = (state: unknown): boolean =>
  isJsonObject(state) &&
  isCount(state['rows']) &&
  isCount(state['ended']) &&
  matches(state['checksum'], /^-?\d{1,60}$/);
