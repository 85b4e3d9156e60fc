import { NO_PROFILE, recipientOf, type BillingProfile, type Invoice } from '@smartkey/billing-domain';
import { foldContractFacts, noContractFacts } from '@smartkey/facts';
import type { SharedSeal } from '@smartkey/secrets';
import { readUpTo } from '../ledger/as-read.ts';
import { openedBillTo, openedRecipient, sealedInvoice } from '../log/sealed-recipient.ts';

/** A message as its topic tells it. */
interface Told {
  readonly type: string;
  readonly revision: number;
  readonly position: bigint;
  readonly data: unknown;
}

/**
 * A document of which only the recipient's name is known, with the whole recipient as it was drawn up: of the party and the profile where the document says
 * that it has read their logs.
 * @param contract messages of the contract's stream, from its beginning.
 * @param profiles those of the contract's profile, in their order.
 * @returns as the log holds it; undefined where they name somebody else than the document.
 */
export function recipientAsDrawnUp(
  parties: SharedSeal,
  document: Invoice,
  contract: Iterable<Told>,
  profiles: Iterable<Told>,
): object | undefined {
  const { positions } = document.inputs;
  let facts = noContractFacts(document.contract);
  for (const message of contract)
    if (message.position <= readUpTo(positions, 'contract')) facts = foldContractFacts(facts, message);
  let profile: BillingProfile = NO_PROFILE;
  for (const { position, data } of profiles)
    if (position <= readUpTo(positions, 'billing')) profile = data as BillingProfile;
  const { recipient } = facts;
  const drawnUp = recipientOf(
    { ...profile, billTo: openedBillTo(parties, document.contract, profile.billTo) },
    recipient && openedRecipient(parties, document.contract, recipient),
  );
  if (drawnUp?.name !== document.recipient.name) return undefined;
  return sealedInvoice(parties, { ...document, recipient: drawnUp });
}
