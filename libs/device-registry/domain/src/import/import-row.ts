import { defined, invalid, ok, type Rejection, type Result } from '@smartkey/kernel';
import { withoutApostrophe } from './spreadsheet-cell.ts';
import { parseDisplayName, parseExternalId } from '../external-id/external-id.ts';

/** Most rows a file may have, the header not counted. */
export const MOST_IMPORT_ROWS = 100_000;

export const IMPORT_ACTIONS = ['register', 'deregister', 'suspend', 'resume'] as const;
export type ImportAction = (typeof IMPORT_ACTIONS)[number];

/** What a row asks for. */
export interface ImportRow {
  readonly externalId: string;
  readonly displayName?: string;
  readonly action: ImportAction;
}

/** Where the columns of a file stand. */
export interface ImportHeader {
  readonly width: number;
  readonly externalId: number;
  readonly action: number;
  readonly displayName?: number;
}

/** Of a file of IDs, as it is taken in and given out. */
export const IMPORT_COLUMNS: readonly string[] = ['externalId', 'displayName', 'action'];

/** Reads the header line: `externalId` and `action`, `displayName` where wanted, in any order, each once, nothing else. */
export function readImportHeader(cells: readonly string[]): Result<ImportHeader, Rejection> {
  const names = cells.map((cell) => cell.trim());
  const refused = (code: string, detail: string) => invalid(code, detail, { rule: 'import-header' });
  const unknown = names.findIndex((name) => !IMPORT_COLUMNS.includes(name));
  if (unknown >= 0)
    return refused('unknown-column', `Column ${unknown + 1} is none of ${IMPORT_COLUMNS.join(', ')}.`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return refused('duplicate-column', `Column ${twice} is there twice.`);
  const missing = ['externalId', 'action'].find((name) => !names.includes(name));
  if (missing !== undefined) return refused('missing-column', `The header line needs a column ${missing}.`);
  const displayName = names.includes('displayName') ? names.indexOf('displayName') : undefined;
  return ok(
    defined({
      width: names.length,
      externalId: names.indexOf('externalId'),
      action: names.indexOf('action'),
      displayName,
    }),
  );
}

const isAction = (text: string): text is ImportAction => (IMPORT_ACTIONS as readonly string[]).includes(text);

/** Reads a line of the file. A refusal is the row's own; the other rows go on. */
export function readImportRow(header: ImportHeader, cells: readonly string[]): Result<ImportRow, Rejection> {
  const [externalIdCell, actionCell] = [cells[header.externalId], cells[header.action]];
  if (cells.length !== header.width || externalIdCell === undefined || actionCell === undefined)
    return invalid('ragged-row', `The row has ${cells.length} cells, the header ${header.width}.`);
  const externalId = parseExternalId(withoutApostrophe(externalIdCell));
  if (!externalId.ok) return externalId;
  // An empty cell is no name.
  const name = header.displayName === undefined ? undefined : cells[header.displayName] || undefined;
  const displayName = name === undefined ? undefined : parseDisplayName(withoutApostrophe(name));
  if (displayName?.ok === false) return displayName;
  const action = actionCell.trim();
  if (!isAction(action))
    return invalid('unknown-action', `The action is one of ${IMPORT_ACTIONS.join(', ')}.`);
  return ok(defined({ externalId: externalId.value, displayName: displayName?.value, action }));
}
