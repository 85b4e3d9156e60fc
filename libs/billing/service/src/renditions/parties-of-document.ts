import {
  completedParties,
  completionOf,
  isSameIssuer,
  issuerEntryIn,
  NO_PROFILE,
  type Completion,
  type Invoice,
  type IssuerData,
  type IssuerEntry,
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

/** Whom and what the files of a document name. */
export class PartiesOfDocument {
  constructor(
    private readonly reads: BillingReads,
    private readonly settings: SettingsLog,
    private readonly profiles: BillingProfiles,
  ) {}

  /** As they stood when it was issued: its own words, the profile that it was drawn up by, the issuer of its month. */
  async atIssue(document: Invoice): Promise<ShownParties> {
    const { issuers } = await this.settings.current();
    const entry = issuerEntryIn(issuers, document.month);
    const profile = await this.#profileAtIssue(document);
    return {
      recipient: document.recipient,
      issuer: isSameIssuer(document.issuer, entry)
        ? { ...dataOf(entry), ...document.issuer }
        : document.issuer,
      ...(profile.endpoint && { buyerEndpoint: profile.endpoint }),
      ...(profile.purchaseOrder !== undefined && { purchaseOrder: profile.purchaseOrder }),
    };
  }

  /** What they lack and is known by now. @param completed what was completed before, which stays. */
  async missing(document: Invoice, completed: Completion): Promise<Completion> {
    const shown = completedParties(await this.atIssue(document), completed);
    const { ledger, parties, clock } = this.reads;
    const [facts, profile, { issuers }] = [
      await contractFactsOf(ledger.sql, document.contract),
      await this.profiles.of(document.contract),
      await this.settings.current(),
    ];
    return completionOf(shown, {
      recipient: facts && recipientIn(facts, profile, parties),
      issuer: dataOf(issuerEntryIn(issuers, monthOfDay(jstDayOf(clock.now())))),
      profile,
    });
  }

  /** A document with all that its files show. */
  async printable(document: Invoice, completed: Completion): Promise<PrintableDocument> {
    const { recipient, issuer, buyerEndpoint, purchaseOrder } = completedParties(
      await this.atIssue(document),
      completed,
    );
    return {
      document: { ...document, recipient },
      issuer,
      ...(issuer.endpoint && { sellerEndpoint: issuer.endpoint }),
      ...(buyerEndpoint && { buyerEndpoint }),
      ...(purchaseOrder !== undefined && { purchaseOrder }),
    };
  }

  async #profileAtIssue({ contract, inputs: { positions } }: Invoice) {
    const { profiles, parties } = this.reads;
    const position = readUpTo(positions, 'billing');
    // Of documents from before there were profiles nothing of billing is recorded as read.
    if (position === 0n) return NO_PROFILE;
    return profileIn(await profilesAsOf(profiles.sql, parties, [contract], position), contract);
  }
}

const dataOf = ({ version: _version, from: _from, ...data }: IssuerEntry): IssuerData => data;
