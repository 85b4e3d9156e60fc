import {
  completedParties,
  isSameIssuer,
  issuerEntryIn,
  NO_PROFILE,
  type BillingProfile,
  type Completion,
  type Invoice,
  type IssuerData,
  type IssuerEntry,
  type KnownParties,
  type ShownParties,
} from '@smartkey/billing-domain';
import type { PrintableDocument } from '@smartkey/billing-renditions';
import { jstDayOf, monthOfDay } from '@smartkey/calendar';
import type { BillingProfiles } from '../billing-profile/billing-profiles.ts';
import { profileIn, profilesAsOf } from '../billing-profile/profiles-as-of.query.ts';
import { readUpTo } from '../ledger/as-read.ts';
import { contractFactsOf } from '../ledger/contract-facts.query.ts';
import { recipientIn } from '../rating/measure-contracts.ts';
import type { SettingsLog } from '../settings/settings-log.ts';
import type { BillingReads } from '../shared/billing-reads.ts';

/** Parties and references of a document: as they stood when it was issued, and as they are known now. */
export interface PartiesRead {
  readonly shown: ShownParties;
  readonly known: KnownParties;
}

/** Whom and what the files of a document name. */
export class PartiesOfDocument {
  constructor(
    private readonly reads: BillingReads,
    private readonly settings: SettingsLog,
    private readonly profiles: BillingProfiles,
  ) {}

  async read(document: Invoice): Promise<PartiesRead> {
    const { ledger, parties, clock } = this.reads;
    const { issuers } = await this.settings.current();
    const facts = await contractFactsOf(ledger.sql, document.contract);
    const profile = await this.profiles.of(document.contract);
    return {
      shown: shownOf(document, issuerEntryIn(issuers, document.month), await this.#profileAtIssue(document)),
      known: {
        recipient: facts && recipientIn(facts, profile, parties),
        issuer: dataOf(issuerEntryIn(issuers, monthOfDay(jstDayOf(clock.now())))),
        profile,
      },
    };
  }

  async #profileAtIssue({ contract, inputs: { positions } }: Invoice): Promise<BillingProfile> {
    const { profiles, parties } = this.reads;
    const position = readUpTo(positions, 'billing');
    // Of documents from before there were profiles nothing of billing is recorded as read.
    if (position === 0n) return NO_PROFILE;
    return profileIn(await profilesAsOf(profiles.sql, parties, [contract], position), contract);
  }
}

/** A document with all that its files show. */
export function printableOf(
  document: Invoice,
  { shown }: PartiesRead,
  completed: Completion,
): PrintableDocument {
  const { recipient, issuer, buyerEndpoint, purchaseOrder } = completedParties(shown, completed);
  return {
    document: { ...document, recipient },
    issuer,
    ...(issuer.endpoint && { sellerEndpoint: issuer.endpoint }),
    ...(buyerEndpoint && { buyerEndpoint }),
    ...(purchaseOrder !== undefined && { purchaseOrder }),
  };
}

/** Its own words, the profile that it was drawn up by, the issuer of its month. */
const shownOf = (document: Invoice, entry: IssuerEntry, profile: BillingProfile): ShownParties => ({
  recipient: document.recipient,
  issuer: isSameIssuer(document.issuer, entry) ? { ...dataOf(entry), ...document.issuer } : document.issuer,
  ...(profile.endpoint && { buyerEndpoint: profile.endpoint }),
  ...(profile.purchaseOrder !== undefined && { purchaseOrder: profile.purchaseOrder }),
});

const dataOf = ({ version: _version, from: _from, ...data }: IssuerEntry): IssuerData => data;
