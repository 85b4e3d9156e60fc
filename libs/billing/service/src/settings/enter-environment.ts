import { knewAccountCodes, neverTold, wasTold } from '@smartkey/billing-domain';
import { ConfigurationError } from '@smartkey/configuration';
import { derivedUuid } from '@smartkey/identity';
import { systemActor } from '@smartkey/kernel';
import type { ExportSettingsStream } from '../export-settings/export-settings-stream.ts';
import {
  ACCOUNT_CODES,
  ISSUER_NAME,
  POLICIES,
  REGISTRATION_NUMBER,
  type BillingSettings,
} from './billing.settings.ts';
import type { SettingsLog } from './settings-log.ts';

/**
 * At the first start what the environment says of policies, issuer and account codes enters the log, whichever instance comes first. From then on the
 * log holds: variables may stay as they were or go, but say nothing that the log was never told.
 * @throws ConfigurationError naming the variable, and what to do.
 */
export async function enterEnvironment(
  log: SettingsLog,
  exports: ExportSettingsStream,
  { environment: { policies, issuer, issuerSet, accountCodes } }: BillingSettings,
): Promise<void> {
  await log.tellPolicies({ type: 'EnterPolicies', policies }, firstStart('policies'));
  await log.tellIssuer({ type: 'EnterIssuer', issuer }, firstStart('issuer'));
  await exports.tell({ type: 'EnterExportSettings', accountCodes }, firstStart('export-settings'));
  const unknown = neverTold(await log.policies(), policies);
  if (unknown !== undefined)
    throw new ConfigurationError(
      POLICIES,
      `says of ${unknown.from} what the log was never told (version ${unknown.version}). Billing's policies are in its log since its first start: ` +
        `take the variable away, or set it back, and change them with PUT /v1/billing/policies/${unknown.from}`,
    );
  const issuers = await log.issuers();
  const differing = [
    ...(wasTold(issuers, { name: issuerSet.name }) ? [] : [ISSUER_NAME]),
    ...(wasTold(issuers, issuerSet) ? [] : [REGISTRATION_NUMBER]),
  ];
  if (differing[0] !== undefined)
    throw new ConfigurationError(
      differing[0],
      "says what the log was never told. The issuer's data are in billing's log since its first start: take the variable away, or set it " +
        'back, and change them with PUT /v1/billing/issuer',
    );
  if (!knewAccountCodes(await exports.log(), accountCodes))
    throw new ConfigurationError(
      ACCOUNT_CODES,
      "says what the log was never told. The settings of exports are in billing's log: take the variable away, or set it back, and change " +
        'them with PUT /v1/billing/export-settings',
    );
}

const firstStart = (what: string) => ({
  commandId: derivedUuid('billing-first-start', what),
  actor: systemActor('billing'),
});
