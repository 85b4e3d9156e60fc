import type { ServiceDefinition } from '@smartkey/runtime';
import { approvalsProjection } from './approvals/approvals.projection.ts';
import { assembleContract } from './contract.module.ts';
import { contractMigrations } from './contract.migrations.ts';
import { contractDirectoryProjection } from './directory/contract-directory.projection.ts';
import { scheduleProjection } from './due/schedule.projection.ts';
import { issuedMonthsProjection } from './issued-months/issued-months.projection.ts';
import { publishEvent } from './log/publish-approval.ts';
import { contractSettings } from './settings/contract.settings.ts';
import { contractNeeds } from './log/needed-rows.ts';

/** Contracts: application, acceptance, quotes, conditions, plan changes, cancellation, fees (第1条–第7条, 附則). */
export const contractService: ServiceDefinition = {
  name: 'contract',
  needs: contractNeeds,
  migrations: contractMigrations,
  projections: [contractDirectoryProjection, scheduleProjection, issuedMonthsProjection, approvalsProjection],
  publish: publishEvent,
  readSettings: contractSettings,
  assemble: (parts) => assembleContract(parts, contractSettings(parts.environment)),
};
