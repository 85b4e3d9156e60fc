import type { BillingPolicy, IssuerCatalogue, PolicyCatalogue } from '@smartkey/billing-domain';

/** By what documents are drawn up where the terms are silent, by service month. */
export interface SettingsInForce {
  readonly policies: PolicyCatalogue;
  readonly issuers: IssuerCatalogue;
  /** The policy that a document names, whether or not it still holds. */
  readonly policyOfVersion: (version: string) => BillingPolicy | undefined;
}
