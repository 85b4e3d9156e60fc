import { heldUntil, type IssuerEntry, type Issuers, type Told } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import { schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';

const { instant, nullable, object, oneOf, serviceMonth, text } = schema;

export const ACCOUNT_TYPES = ['ordinary', 'current'] as const;

/** What the issuer says of itself, as the public surface shows it. */
export type IssuerView = IssuerEntry & {
  /** The last month it holds for; `null`: until another is set. */
  readonly until: ServiceMonth | null;
  readonly setAt: Instant;
  readonly reason?: string;
};

export const issuerView = (issuers: Issuers, { entry, setAt, reason }: Told<IssuerEntry>): IssuerView => {
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

export const issuerSchema = object({
  version: text(undefined, { example: '2026-04.1' }),
  from: serviceMonth('The first service month it holds for.'),
  until: nullable(serviceMonth('The last one; null until another is set.')),
  name: text(),
  registrationNumber: nullable(text('T + 13 digits.')),
  'postalCode?': text(undefined, { example: '100-0001' }),
  'address?': text(),
  'phone?': text(),
  'bankAccount?': object({
    bank: text(),
    branch: text(),
    type: oneOf(ACCOUNT_TYPES),
    number: text(),
    holder: text(),
  }),
  'taxPeriodEnd?': text('Last day of the tax periods, MM-DD.', { example: '03-31' }),
  setAt: instant(),
  'reason?': text('Missing for what the environment said at the first start.'),
});
