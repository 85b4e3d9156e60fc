import type { ServiceMonth } from '@smartkey/calendar';
import type { Issuer } from '../invoice/issuer.ts';
import type { Endpoint } from '../profile/billing-profile.ts';
import type { DatedEntry } from '../settings/dated-entries.ts';

/** The account that is paid into (振込先). */
export interface BankAccount {
  readonly bank: string;
  /** 金融機関コード, four digits. */
  readonly bankCode?: string;
  readonly branch: string;
  /** 支店コード, three digits. */
  readonly branchCode?: string;
  /** 普通, 当座. */
  readonly type: 'ordinary' | 'current';
  readonly number: string;
  /** 口座名義. */
  readonly holder: string;
}

/** What the issuer of documents says of itself. Name and registration number stand on each document itself. */
export interface IssuerData extends Issuer {
  /** `100-0001` */
  readonly postalCode?: string;
  readonly address?: string;
  readonly phone?: string;
  readonly bankAccount?: BankAccount;
  /** Its address in the Peppol network, which electronic invoices name as the seller's. */
  readonly endpoint?: Endpoint;
  /** Last day of its tax periods (課税期間), `03-31`; `02-29` is the last day of February. */
  readonly taxPeriodEnd?: string;
}

/** The same from a service month on. */
export interface IssuerEntry extends IssuerData, DatedEntry {}

/** Entries ascending by month, the first from the coming into force of the terms (附則). */
export type IssuerCatalogue = readonly IssuerEntry[];

/** What the issuer says of itself in a month: the latest entry from it or before; the first one where there is none. */
export function issuerEntryIn(catalogue: IssuerCatalogue, month: ServiceMonth): IssuerEntry {
  const entry = catalogue.findLast(({ from }) => from <= month) ?? catalogue[0];
  if (entry === undefined) throw new RangeError('nothing is known of the issuer');
  return entry;
}
