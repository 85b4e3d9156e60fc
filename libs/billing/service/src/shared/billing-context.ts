import type { Clock } from '@smartkey/kernel';
import type { ProjectionReader } from '@smartkey/projections';
import type { BillingSettings } from '../settings/billing-settings.ts';

/** What most of billing's routes read. */
export class BillingContext {
  constructor(
    readonly ledger: ProjectionReader,
    readonly documents: ProjectionReader,
    readonly clock: Clock,
    readonly settings: BillingSettings,
  ) {}
}
