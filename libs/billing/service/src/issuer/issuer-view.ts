import { heldUntil, type IssuerEntry, type Issuers, type ToldEntry } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';

export const ACCOUNT_TYPES = ['ordinary', 'current'] as const;

/** What the issuer says of itself, as the public surface shows it. */
export interface IssuerView {
  /** @example 2026-04.1 */
  readonly version: string;
  /** The first service month it holds for. */
  readonly from: ServiceMonth;
  /** The last one; null until another is set. */
  readonly until: ServiceMonth | null;
  readonly name: string;
  /** T + 13 digits. */
  readonly registrationNumber: string | null;
  /** @example 100-0001 */
  readonly postalCode?: string;
  readonly address?: string;
  readonly phone?: string;
  readonly bankAccount?: BankAccountView;
  readonly endpoint?: EndpointView;
  /**
   * Last day of the tax periods, MM-DD.
   * @example 03-31
   */
  readonly taxPeriodEnd?: string;
  readonly setAt: Instant;
  /** Missing for what the environment said at the first start. */
  readonly reason?: string;
}

interface BankAccountView {
  readonly bank: string;
  /** @example 1234 */
  readonly bankCode?: string;
  readonly branch: string;
  /** @example 567 */
  readonly branchCode?: string;
  readonly type: (typeof ACCOUNT_TYPES)[number];
  readonly number: string;
  readonly holder: string;
}

/** An address in the Peppol network. */
interface EndpointView {
  /** @example 0221 */
  readonly scheme: string;
  readonly id: string;
}

export const issuerView = (
  issuers: Issuers,
  { entry, setAt, reason }: ToldEntry<IssuerEntry>,
): IssuerView => {
  const { version, from, ...data } = entry;
  return {
    version,
    from,
    until: heldUntil(issuers, from) ?? null,
    ...data,
    setAt,
    ...(reason !== undefined && { reason }),
  };
};
