import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { draftInvoice } from '../invoice/draft-invoice.ts';
import type { InvoiceInputs } from '../invoice/invoice-inputs.ts';
import type { Invoice } from '../invoice/invoice.ts';
import { issueInvoice, type Issue } from '../invoice/issue-invoice.ts';
import type { BillingPolicy } from '../policies/billing-policy.ts';
import { RULE_VERSIONS, rulesOf } from './rule-versions.ts';

interface Golden {
  readonly what: string;
  readonly inputs: InvoiceInputs;
  readonly policy: BillingPolicy;
  readonly issue: Issue;
  readonly document: Invoice;
}

/** What each version of the rules came to when it was written; never edited, a new version adds a file. */
const goldenOf = (version: string): readonly Golden[] =>
  (
    JSON.parse(readFileSync(new URL(`../../golden/documents.${version}.json`, import.meta.url), 'utf8')) as {
      readonly documents: readonly Golden[];
    }
  ).documents;

describe.each(RULE_VERSIONS.map(({ version }) => version))('Rule version %s stays callable', (version) => {
  it.each(goldenOf(version).map((golden) => [golden.what, golden] as const))(
    'draws up the same document as on the first day: %s',
    (_what, { inputs, policy, issue, document }) => {
      const drafted = draftInvoice(inputs, policy, rulesOf(version));
      expect(drafted.outcome === 'draft' && issueInvoice(drafted.draft, issue)).toEqual(document);
    },
  );
});
