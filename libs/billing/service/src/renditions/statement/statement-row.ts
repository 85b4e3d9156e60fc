import type { ServiceMonth } from '@smartkey/calendar';
import { canonicalJson } from '@smartkey/event-store';
import type { AccountId } from '@smartkey/kernel';
import type { Decimal } from '@smartkey/money';
import { randomBytes } from 'node:crypto';
import { rowLeaf } from './merkle-root.ts';

/** One account of a month that a document bills (別紙1 備考(1)). */
export interface StatementRecord {
  readonly month: ServiceMonth;
  readonly account: AccountId;
  /** `null` where it was erased before the statement was made. */
  readonly externalId: string | null;
  readonly usedDays: number;
  /** Three decimals kept. */
  readonly coefficient: Decimal;
  /** Coefficient × price, before the one rounding of the sum. */
  readonly fee: Decimal;
}

/** A row with the chance that keeps it from being guessed. */
export interface SaltedRow {
  readonly row: StatementRecord;
  /** 32 bytes, base64url. */
  readonly salt: string;
}

const SALT_BYTES = 32;

export const saltedRow = (row: StatementRecord): SaltedRow => ({
  row,
  salt: randomBytes(SALT_BYTES).toString('base64url'),
});

/** What a row commits to: SHA-256 over 0x00, the salt, and the canonical form (RFC 8785) of the row. */
export const commitmentOf = ({ row, salt }: SaltedRow): Uint8Array =>
  rowLeaf(Buffer.from(salt, 'base64url'), Buffer.from(canonicalJson(row)));

/** What a row says of nobody: it stays when its person was erased, so that a statement still adds up. */
export type RowFigures = Omit<StatementRecord, 'externalId'>;

/** A row as it lies stored: its figures, and all that it says, with its salt, under the key of its account. */
export interface SealedRow extends RowFigures {
  /** `null` where the account's key was gone when the row was made. */
  readonly sealed: string | null;
  /** Base64url. */
  readonly commitment: string;
}

/** A row that is read: of one whose account was erased figures and commitment are left. */
export interface OpenedRow extends RowFigures, Pick<SealedRow, 'commitment'> {
  readonly opened?: SaltedRow;
}
