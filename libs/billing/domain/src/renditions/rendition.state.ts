import { unreachable, type Fact } from '@smartkey/kernel';
import { mergedCompletions } from './completion.ts';
import type {
  Completion,
  FileKind,
  RenderedFile,
  RenditionEvent,
  StatementRows,
} from './rendition.events.ts';

/** What a document has become besides itself. */
export interface Rendition {
  readonly completed: Completion;
  readonly files: Readonly<Partial<Record<FileKind, RenderedFile>>>;
  readonly statement?: StatementRows;
}

export const notRendered: Rendition = { completed: {}, files: {} };

/** Total: a file that is there stays, whatever is told later. */
export function evolveRendition(state: Rendition, event: Fact<RenditionEvent>): Rendition {
  const { number: _number, contract: _contract, ...data } = event.data;
  switch (event.type) {
    case 'DocumentCompleted':
      return { ...state, completed: mergedCompletions(state.completed, data as Completion) };
    case 'DocumentRendered': {
      const file = data as RenderedFile;
      return { ...state, files: { [file.kind]: file, ...state.files } };
    }
    case 'StatementMade':
      return { statement: data as StatementRows, ...state };
    default:
      return unreachable(event, state);
  }
}
