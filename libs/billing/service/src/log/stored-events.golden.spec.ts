import { describe, expect, it } from '@jest/globals';
import {
  acknowledgementDecider,
  catalogueOf,
  billingProfile,
  creditNoteProposal,
  documentDeliveries,
  currentExportSettings,
  exportLog,
  exportSettingsDecider,
  exportSettingsOf,
  issuerDecider,
  issuerEntryIn,
  issuersOf,
  renditionDecider,
  policiesDecider,
  policyIn,
  type BillingProfileChanged,
  type CreditNoteProposalEvent,
  type DeliveryEvent,
  type ExportAcknowledged,
  type ExportEvent,
  type ExportSettingsSet,
  type IssuerSet,
  type PolicySet,
  type RenditionEvent,
} from '@smartkey/billing-domain';
import { fold, type DomainEvent, type Fact, type RecordedEvent } from '@smartkey/kernel';
import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { publish } from './publish.ts';

/** Policies, issuer, profiles, credit notes that were asked for, exports and deliveries, as the log holds them; never edited, only added to. */
const eventsOf = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../golden/${file}`, import.meta.url), 'utf8')) as {
    readonly events: readonly (DomainEvent & { readonly stream: string })[];
  };
const AT = '2024-01-01T00:00:00.000Z' as const;
const told = [
  'settings-log.v1.json',
  'billing-profile.v1.json',
  'credit-note-proposals.v1.json',
  'rendition-log.v1.json',
  'exports-log.v1.json',
  'deliveries.v1.json',
]
  .map(eventsOf)
  .flatMap(({ events }) => events)
  .map((event) => ({ ...event, occurredAt: AT, recordedAt: AT }));

describe('policies, issuer, profiles and proposals of the log', () => {
  it('fold', () => {
    const policies = told.filter((event) => event.type === 'PolicySet') as Fact<PolicySet>[];
    const catalogue = catalogueOf(fold(policiesDecider, policies));
    expect(policyIn(catalogue, '2024-01')).toMatchObject({ version: '2016-03.1', yenRounding: 'floor' });
    expect(policyIn(catalogue, '2024-02')).toMatchObject({ version: '2024-02.1', yenRounding: 'halfUp' });
    const profiles = told.filter(
      (event) => event.type === 'BillingProfileChanged',
    ) as unknown as Fact<BillingProfileChanged>[];
    expect(fold(billingProfile, profiles.slice(0, 1))).toMatchObject({ purchaseOrder: 'PO-1' });
    expect(fold(billingProfile, profiles.slice(0, -1))).toEqual({ billTo: {} });
    expect(fold(billingProfile, profiles)).toMatchObject({ customerCode: 'K-0001' });
    const issuers = told.filter((event) => event.type === 'IssuerSet') as Fact<IssuerSet>[];
    const known = issuersOf(fold(issuerDecider, issuers));
    expect(issuerEntryIn(known, '2023-09')).toMatchObject({ registrationNumber: null });
    expect(issuerEntryIn(known, '2023-10')).toMatchObject({
      registrationNumber: 'T7123456789012',
      taxPeriodEnd: '03-31',
    });
  });

  it('credit notes that were asked for fold', () => {
    const events = told.filter((event) =>
      event.stream.startsWith('approval-'),
    ) as unknown as Fact<CreditNoteProposalEvent>[];
    expect(fold(creditNoteProposal, events.slice(0, 2))).toMatchObject({
      stage: 'approved',
      wanted: { creditNote: 'crn_0000000000000000000000000a', amount: '40405', agreedOn: '2024-03-04' },
      asker: { key: 'key_1', makers: ['bootstrap'] },
    });
    expect(fold(creditNoteProposal, events.slice(2))).toMatchObject({ stage: 'rejected' });
  });

  it('files of documents fold', () => {
    const events = told.filter((event) =>
      event.stream.startsWith('rendition-'),
    ) as unknown as Fact<RenditionEvent>[];
    expect(fold(renditionDecider, events)).toMatchObject({
      completed: { recipient: { postalCode: '100-0001' }, purchaseOrder: 'PO-1' },
      files: { pdf: { embeds: 'aa'.repeat(32) }, 'jp-pint': { jpPintVersion: '1.1.2' } },
      statement: { rows: 302 },
    });
  });

  it('exports fold, those of the first version among them', () => {
    const events = told.filter(({ stream }) => stream.startsWith('exports-'));
    expect(fold(exportLog, events as unknown as Fact<ExportEvent>[])).toEqual({
      count: 3,
      open: {},
      taken: { 'canonical-csv': { upTo: 'SK-000000005', claims: [] } },
    });
    const settings = told.filter(({ type }) => type === 'ExportSettingsSet');
    const log = fold(exportSettingsDecider, settings as unknown as Fact<ExportSettingsSet>[]);
    expect(currentExportSettings(log)).toMatchObject({
      version: 2,
      reason: 'erased',
      settings: { postingDate: 'issue-day' },
    });
    expect(exportSettingsOf(log, 1)).toMatchObject({ accountCodes: { BASE: '4110' } });
    const said = told.filter(({ type }) => type === 'ExportAcknowledged');
    expect(fold(acknowledgementDecider, said as unknown as Fact<ExportAcknowledged>[])).toEqual({
      file: { on: '2024-03-06', externalId: 'B-7' },
      documents: { 'SK-000000005': { on: '2024-03-06', externalId: 'V-123' } },
    });
  });

  it('deliveries fold', () => {
    const events = told.filter((event) =>
      event.stream.startsWith('delivery-'),
    ) as unknown as Fact<DeliveryEvent>[];
    expect(fold(documentDeliveries, events)).toMatchObject([
      { delivery: 1, channel: 'mail', status: 'refused', reason: 'recipient 550 5.1.1' },
      { delivery: 2, channel: 'e-invoice', status: 'delivered' },
      { delivery: 3, channel: 'download', status: 'delivered' },
    ]);
  });

  it('the mailbox of a profile is told to nobody', () => {
    const data = { contract: 'ctr_0000000000000000000000000a', billTo: {}, email: { sealed: 'x' } };
    const published = publish({
      type: 'BillingProfileChanged',
      version: 1,
      data,
    } as unknown as RecordedEvent);
    expect(published.data).toEqual({ billTo: {} });
  });

  it.each(told)('are published in the form that is described: $type of $stream', (event) => {
    const published = publish(event as unknown as RecordedEvent);
    const file = `../../../../messages/schemas/billing/${published.type}.v${published.version}.json`;
    const schema = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    expect([validate(published.data), validate.errors]).toEqual([true, null]);
    expect(JSON.stringify(published)).not.toMatch(/erased|見本銀行|1234567"|東京都/);
  });
});
