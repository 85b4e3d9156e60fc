import type { IssuerCatalogue, PolicyCatalogue } from '@smartkey/billing-domain';

/** By what documents are drawn up where the terms are silent, by service month. */
export interface SettingsInForce {
  readonly policies: PolicyCatalogue;
  readonly issuers: IssuerCatalogue;
}
