import { isDocumentType, type HeldDocument } from '@smartkey/billing-service';
import { hashOf } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import { readable } from '@smartkey/lifecycle';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CommandError } from '../command.ts';

/** An event as a proof shows it (docs/proof-format.md). */
interface ShownEvent {
  readonly type: 'event';
  readonly event: Omit<RecordedEvent, 'hash' | 'position'>;
  readonly hash: string;
  readonly previous: string;
}

/**
 * Documents that stand in the proofs of a folder, each once, in the order of their series. A proof shows all that an event's hash was made of, so it says by itself
 * whether anything of it was changed.
 * @throws CommandError where there are none.
 */
export async function heldByFiles(folder: string): Promise<readonly HeldDocument[]> {
  const found = new Map<string, HeldDocument>();
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new CommandError(`${folder} cannot be read`, { cause });
  });
  for (const name of names.filter((each) => each.endsWith('.ndjson')).sort())
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
      const held = documentIn(line);
      if (held !== undefined) found.set(`${held.stream}/${held.revision}/${held.hash}`, held);
    }
  if (found.size === 0) throw new CommandError(`${folder} has no proofs (*.ndjson) that show documents`);
  return [...found.values()].sort((a, b) =>
    a.stream === b.stream ? a.revision - b.revision : a.stream < b.stream ? -1 : 1,
  );
}

function documentIn(line: string): HeldDocument | undefined {
  const shown = parsed(line);
  if (shown === undefined) return undefined;
  const { event, hash, previous } = shown;
  const { id, type, version, stream, revision, occurredAt, data, metadata } = event;
  return {
    id,
    type,
    version,
    stream,
    revision,
    occurredAt,
    data,
    hash,
    previous,
    hashHolds: hashOf(event as RecordedEvent, previous) === hash,
    commandId: metadata.commandId,
  };
}

/** @returns undefined for what is no event of a document. */
function parsed(line: string): ShownEvent | undefined {
  // A line of another program's file says nothing here.
  const shown = readable(() => JSON.parse(line) as Partial<ShownEvent> | null, 'SyntaxError');
  const { event } = shown ?? {};
  const isDocument =
    shown?.type === 'event' && event !== undefined && isDocumentType(event.type) && event.stream.startsWith('series-');
  return isDocument ? (shown as ShownEvent) : undefined;
}
