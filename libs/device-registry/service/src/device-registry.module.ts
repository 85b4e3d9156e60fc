import type { DynamicModule } from '@nestjs/common';
import { moduleOf, provide } from '@smartkey/http';
import { FactsStore } from '@smartkey/projections';
import type { DueWork, ServiceParts } from '@smartkey/runtime';
import { accountHandler } from './log/account-handler.ts';
import { AccountFactsReader } from './facts/account-facts-reader.ts';
import { Accounts } from './accounts/accounts.ts';
import { GroundsReader } from './accounts/grounds.ts';
import { ContractEnds } from './contract-ends/contract-ends.ts';
import { contractFolding } from './contracts/contract-facts.ts';
import { ContractKnowledge } from './contracts/contract-knowledge.ts';
import { accountDirectoryProjection } from './directory/account-directory.projection.ts';
import { AccountDirectory } from './directory/account-directory.ts';
import { RegistryDueWork } from './due/registry-due-work.ts';
import { EndUsersController } from './end-users/end-users.controller.ts';
import { RecordedEnrolmentLinks } from './end-users/recorded-enrolment-links.ts';
import { Proofs } from './end-users/proofs.ts';
import { ReleaseController } from './end-users/release.controller.ts';
import { SelfController } from './end-users/self.controller.ts';
import { UserSecrets } from './end-users/user-secrets.ts';
import { ErasureController } from './erasure/erasure.controller.ts';
import { ErasureFollowUp } from './erasure/erasure-follow-up.ts';
import { Erasures } from './erasure/erasures.ts';
import { ErasureWork } from './erasure/erasure-work.ts';
import { ErasureWorker } from './erasure/erasure-worker.ts';
import { Enrolments } from './enrolments/enrolments.ts';
import { IdsCsvController } from './accounts/ids-csv.controller.ts';
import { AccountsController } from './accounts/accounts.controller.ts';
import { DevicesController } from './devices/devices.controller.ts';
import { AccountFactsController } from './facts/account-facts.controller.ts';
import { ImportsController } from './imports/imports.controller.ts';
import { DisplayNames } from './identity/display-names.ts';
import { Identities } from './identity/identities.ts';
import { OwnedIds } from './identity/owned-ids.ts';
import { ImportBatch } from './imports/import-batch.ts';
import { ImportErasure } from './imports/import-erasure.ts';
import { ImportRetention } from './imports/import-retention.ts';
import { ImportSeals } from './imports/import-seals.ts';
import { ImportStore } from './imports/import-store.ts';
import { ImportWorker } from './imports/import-worker.ts';
import { Imports } from './imports/imports.ts';
import { AffectedByAccounts } from './late-facts/affected-by-accounts.ts';
import { InvoicedMonths, invoicedMonthsProjection } from './late-facts/invoiced-months.projection.ts';
import { AuthenticationClient } from './propagation/authentication.client.ts';
import { SETTINGS, type DeviceRegistrySettings } from './settings/device-registry.settings.ts';

/** The service's parts, made of what the runtime gives it. */
export interface DeviceRegistryParts {
  readonly module: DynamicModule;
  readonly ends: ContractEnds;
  readonly dueWork: DueWork;
  readonly imports: Imports;
  readonly identities: Identities;
  readonly importStore: ImportStore;
  readonly importBatch: ImportBatch;
  readonly worker: ImportWorker;
  readonly followUp: ErasureFollowUp;
  readonly erasureWorker: ErasureWorker;
}

export function assembleDeviceRegistry(
  parts: ServiceParts,
  settings: DeviceRegistrySettings,
): DeviceRegistryParts {
  const { database, store, clock, peers, log, lookupKey, secretBox, subjectKeys } = parts;
  const handler = accountHandler(parts);
  const identities = new Identities(database, lookupKey, subjectKeys);
  const names = new DisplayNames(database, subjectKeys);
  const ownedIds = new OwnedIds(database);
  const reader = parts.projection(accountDirectoryProjection.name);
  const directory = new AccountDirectory(reader, store, identities, names);
  const contracts = new ContractKnowledge(new FactsStore(reader, contractFolding), peers);
  const authentication = new AuthenticationClient(peers, log);
  const issuedMonths = new InvoicedMonths(parts.projection(invoicedMonthsProjection.name));
  const affected = new AffectedByAccounts(issuedMonths, contracts, clock);
  const ends = new ContractEnds(handler, directory, contracts, authentication, log);
  const followUp = new ErasureFollowUp(identities, names, subjectKeys, () => clock.now());
  const accounts = new Accounts(
    handler,
    identities,
    names,
    new GroundsReader(reader, database.searchPath[0]!, subjectKeys),
    contracts,
    ends,
    authentication,
    affected,
    followUp,
    clock,
  );
  const enrolments = new Enrolments(accounts, ends, ownedIds, authentication, clock, settings);
  const userSecrets = new UserSecrets(lookupKey);
  const importStore = new ImportStore(database, new ImportSeals(secretBox));
  const importBatch = new ImportBatch(
    handler,
    store,
    identities,
    names,
    contracts,
    ends,
    authentication,
    affected,
    clock,
  );
  const retention = new ImportRetention(importStore, clock, settings.importRetentionDays);
  const worker = new ImportWorker(importStore, importBatch, retention, database, clock, log);
  const erasures = new Erasures(accounts, followUp, () => erasureWorker.wake());
  const erasureWorker = new ErasureWorker({
    work: new ErasureWork(database),
    imports: new ImportErasure(importStore, lookupKey),
    erasures,
    directory,
    database,
    clock,
    log,
    retentionDays: settings.eraseAfterDays,
  });
  const imports = new Imports(importStore, worker, contracts, clock, retention);
  const module = moduleOf('DeviceRegistryModule', {
    controllers: [
      AccountsController,
      IdsCsvController,
      DevicesController,
      ImportsController,
      AccountFactsController,
      EndUsersController,
      SelfController,
      ReleaseController,
      ErasureController,
    ],
    parts: [
      accounts,
      erasures,
      directory,
      authentication,
      enrolments,
      userSecrets,
      new RecordedEnrolmentLinks(accounts, userSecrets, clock, settings),
      new Proofs(accounts, authentication, userSecrets),
      ownedIds,
      identities,
      imports,
      importStore,
      new AccountFactsReader(store),
    ],
    provided: [provide(SETTINGS, settings)],
  });
  const dueWork = new RegistryDueWork(directory, ends, handler);
  return {
    module,
    ends,
    dueWork,
    identities,
    imports,
    importStore,
    importBatch,
    worker,
    followUp,
    erasureWorker,
  };
}
