import { event, ok, type ContractId, type Decision } from '@smartkey/kernel';
import type {
  Completion,
  DocumentCompleted,
  DocumentRendered,
  RenderedFile,
  StatementMade,
  StatementRows,
} from './rendition.events.ts';
import type { Rendition } from './rendition.state.ts';

interface OfDocument {
  readonly number: string;
  readonly contract: ContractId;
}

/** What a document lacks is completed by what is known now (`completionOf`). */
export interface CompleteDocument extends OfDocument {
  readonly type: 'Complete';
  readonly completion: Completion;
}

/** A file was made, and its bytes are stored. */
export interface RecordFile extends OfDocument {
  readonly type: 'RecordFile';
  readonly file: RenderedFile;
}

/** The rows of a statement were made, and are stored. */
export interface RecordStatement extends OfDocument {
  readonly type: 'RecordStatement';
  readonly statement: StatementRows;
}

export type RenditionCommand = CompleteDocument | RecordFile | RecordStatement;

/** Parts of it that were completed before stay as they are. */
export function completeDocument(
  { number, contract, completion }: CompleteDocument,
  { completed }: Rendition,
): Decision<DocumentCompleted> {
  const fresh = without(completion, completed);
  return ok(
    Object.keys(fresh).length === 0 ? [] : [event('DocumentCompleted', { number, contract, ...fresh })],
  );
}

/** The first file of a kind is the one. */
export const recordFile = (
  { number, contract, file }: RecordFile,
  { files }: Rendition,
): Decision<DocumentRendered> =>
  ok(files[file.kind] === undefined ? [event('DocumentRendered', { number, contract, ...file })] : []);

export const recordStatement = (
  { number, contract, statement }: RecordStatement,
  state: Rendition,
): Decision<StatementMade> =>
  ok(state.statement === undefined ? [event('StatementMade', { number, contract, ...statement })] : []);

/** What the one completes and the other does not. */
function without(completion: Completion, completed: Completion): Completion {
  const fresh: Record<string, unknown> = {};
  for (const [part, value] of Object.entries(completion)) {
    const before = (completed as Readonly<Record<string, unknown>>)[part];
    if (before === undefined) fresh[part] = value;
    else if (part === 'recipient' || part === 'issuer') {
      const rest = Object.entries(value as object).filter(
        ([field]) => !Object.hasOwn(before as object, field),
      );
      if (rest.length > 0) fresh[part] = Object.fromEntries(rest);
    }
  }
  return fresh;
}
