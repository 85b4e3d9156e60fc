import { ERASED_ID } from '@smartkey/billing-renditions/names';
import type { OpenedRow } from './statement-row.ts';

export const STATEMENT_COLUMNS = [
  'month',
  'account',
  'externalId',
  'usedDays',
  'coefficient',
  'fee',
  'salt',
  'commitment',
] as const;

const hexOf = (base64url: string): string => Buffer.from(base64url, 'base64url').toString('hex');

/**
 * A row as people read it; salt and commitment in hex. `commitment` is SHA-256 over 0x00, the salt and the canonical form (RFC 8785) of the row's first six fields:
 * who kept a row can prove it by the commitment, also after it was erased here.
 */
export function statementCells(row: OpenedRow): readonly string[] {
  const { month, account, usedDays, coefficient, fee, commitment, opened } = row;
  return [
    month,
    account,
    opened?.row.externalId ?? ERASED_ID,
    String(usedDays),
    coefficient,
    fee,
    opened === undefined ? '' : hexOf(opened.salt),
    hexOf(commitment),
  ];
}
