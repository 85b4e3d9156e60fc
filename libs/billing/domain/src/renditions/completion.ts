import { defined } from '@smartkey/kernel';
import type { Recipient } from '../invoice/invoice.ts';
import type { IssuerData } from '../issuer/issuer-catalogue.ts';
import type { BillingProfile, Endpoint } from '../profile/billing-profile.ts';
import type { Completion } from './rendition.events.ts';

/** Parties and references as the files of a document show them. */
export interface ShownParties {
  readonly recipient: Recipient;
  readonly issuer: IssuerData;
  readonly buyerEndpoint?: Endpoint;
  readonly purchaseOrder?: string;
}

/** The same as they are known now. */
export interface KnownParties {
  readonly recipient: Recipient | undefined;
  readonly issuer: IssuerData;
  readonly profile: BillingProfile;
}

interface Addressed {
  readonly postalCode?: string;
  readonly address?: string;
}

/** What a document has, with what was completed: nothing that it has is changed. */
export function completedParties(shown: ShownParties, completion: Completion): ShownParties {
  return {
    recipient: { ...completion.recipient, ...shown.recipient },
    issuer: { ...completion.issuer, ...shown.issuer },
    ...defined({
      buyerEndpoint: shown.buyerEndpoint ?? completion.buyerEndpoint,
      purchaseOrder: shown.purchaseOrder ?? completion.purchaseOrder,
    }),
  };
}

/**
 * What files need, a document lacks, and is known now. Of another recipient than the one it is made out to nothing is taken, of
 * another issuer neither; and an address is taken whole or not at all, so that no postal code comes to stand beside a street of old.
 * @returns nothing that the document has; empty where there is nothing to complete.
 */
export function completionOf(shown: ShownParties, known: KnownParties): Completion {
  const sameRecipient = known.recipient?.name === shown.recipient.name;
  const recipient = sameRecipient ? missingAddress(shown.recipient, known.recipient) : undefined;
  const issuer = isSameIssuer(shown.issuer, known.issuer)
    ? missingOfIssuer(shown.issuer, known.issuer)
    : undefined;
  return defined({
    recipient,
    issuer,
    buyerEndpoint: sameRecipient && shown.buyerEndpoint === undefined ? known.profile.endpoint : undefined,
    purchaseOrder:
      sameRecipient && shown.purchaseOrder === undefined ? known.profile.purchaseOrder : undefined,
  });
}

/** One completion after another: the earlier one stays. */
export const mergedCompletions = (earlier: Completion, later: Completion): Completion => {
  const recipient = { ...later.recipient, ...earlier.recipient };
  const issuer = { ...later.issuer, ...earlier.issuer };
  return {
    ...later,
    ...earlier,
    ...(Object.keys(recipient).length > 0 && { recipient }),
    ...(Object.keys(issuer).length > 0 && { issuer }),
  };
};

/** The names of what is completed, as pointers: `/recipient/address`. */
export const completedFields = (completion: Completion): readonly string[] =>
  Object.entries(completion).flatMap(([part, value]) =>
    part === 'recipient' || part === 'issuer'
      ? Object.keys(value as object).map((field) => `/${part}/${field}`)
      : [`/${part}`],
  );

/** A company goes by its registration number, also where it is renamed; without one by its name. */
export const isSameIssuer = (a: IssuerData, b: IssuerData): boolean =>
  a.name === b.name || (a.registrationNumber !== null && a.registrationNumber === b.registrationNumber);

function missingAddress(shown: Addressed, known: Addressed | undefined): Addressed | undefined {
  if (known === undefined) return undefined;
  const fits = (['postalCode', 'address'] as const).every(
    (field) => shown[field] === undefined || shown[field] === known[field],
  );
  return fits ? missing(shown, known, ['postalCode', 'address']) : undefined;
}

function missingOfIssuer(shown: IssuerData, known: IssuerData): Completion['issuer'] {
  const completed = {
    ...missingAddress(shown, known),
    ...missing(shown, known, ['bankAccount', 'endpoint']),
  };
  return Object.keys(completed).length > 0 ? completed : undefined;
}

/** Of these fields the ones that the one lacks and the other has. */
function missing<T extends object, Field extends keyof T>(
  shown: T,
  known: T,
  fields: readonly Field[],
): Pick<T, Field> | undefined {
  const found = fields.filter((field) => shown[field] === undefined && known[field] !== undefined);
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map((field) => [field, known[field]])) as Pick<T, Field>;
}
