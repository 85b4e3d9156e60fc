import { inForce, type Entries } from '../settings/dated-entries.ts';
import type { IssuerCatalogue, IssuerData, IssuerEntry } from './issuer-catalogue.ts';

/** Everything that was ever told of the issuer. */
export type Issuers = Entries<IssuerEntry>;

export const issuersOf = (issuers: Issuers): IssuerCatalogue => inForce(issuers).map(({ entry }) => entry);

const contentOf = ({
  name,
  registrationNumber,
  postalCode,
  address,
  phone,
  bankAccount,
  endpoint,
  taxPeriodEnd,
}: IssuerData): readonly unknown[] => [
  name,
  registrationNumber,
  postalCode,
  address,
  phone,
  taxPeriodEnd,
  endpoint?.scheme,
  endpoint?.id,
  ...(bankAccount === undefined
    ? []
    : [
        bankAccount.bank,
        bankAccount.bankCode,
        bankAccount.branch,
        bankAccount.branchCode,
        bankAccount.type,
        bankAccount.number,
        bankAccount.holder,
      ]),
];

/** Whether two entries say the same. */
export function sameIssuer(a: IssuerData, b: IssuerData): boolean {
  const [left, right] = [contentOf(a), contentOf(b)];
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

/** What is said of the issuer in one place; the rest is not. */
export interface IssuerSaid {
  readonly name?: string | undefined;
  readonly registrationNumber?: string | undefined;
}

/** Whether the log was ever told of an issuer with these. */
export const wasTold = ({ told }: Issuers, { name, registrationNumber }: IssuerSaid): boolean =>
  told.some(
    ({ entry }) =>
      (name === undefined || entry.name === name) &&
      (registrationNumber === undefined || entry.registrationNumber === registrationNumber),
  );
