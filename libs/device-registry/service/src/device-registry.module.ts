import type { DynamicModule } from '@nestjs/common';
import { FactsStore } from '@smartkey/projections';
import type { DueWork, ServiceParts } from '@smartkey/runtime';
import { accountHandler } from './account/account-handler.ts';
import { AccountFactsReader } from './account/account-facts.reader.ts';
import { Accounts } from './account/accounts.ts';
import { ContractEnds } from './contract/contract-ends.ts';
import { contractFactsProjection, contractFolding } from './contract/contract-facts.projection.ts';
import { ContractKnowledge } from './contract/contract-terms.ts';
import { accountDirectoryProjection } from './directory/account-directory.projection.ts';
import { AccountDirectory } from './directory/account-directory.ts';
import { RegistryDueWork } from './due-work.ts';
import { Enrolments } from './enrolment/enrolments.ts';
import { AccountsController } from './http/accounts.controller.ts';
import { DevicesController } from './http/devices.controller.ts';
import { FactsController } from './http/facts.controller.ts';
import { ImportsController } from './http/imports.controller.ts';
import { DisplayNames } from './identity/display-names.ts';
import { Identities } from './identity/identities.ts';
import { OwnedIds } from './identity/owned-ids.ts';
import { ImportBatch } from './imports/import.batch.ts';
import { ImportRetention } from './imports/import.retention.ts';
import { ImportSeals } from './imports/import.seals.ts';
import { ImportStore } from './imports/import.store.ts';
import { ImportWorker } from './imports/import.worker.ts';
import { Imports } from './imports/imports.ts';
import { AffectedMonths } from './late-facts/affected-months.ts';
import { IssuedMonths, issuedMonthsProjection } from './late-facts/issued-months.projection.ts';
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
}

/** Nest gets what is wired here by hand: the controllers and what they are made of. */
class DeviceRegistryModule {}

export function assembleDeviceRegistry(
  parts: ServiceParts,
  settings: DeviceRegistrySettings,
): DeviceRegistryParts {
  const { database, store, clock, peers, log, lookupKey, secretBox, subjectKeys } = parts;
  const handler = accountHandler(parts);
  const identities = new Identities(database, lookupKey, subjectKeys);
  const names = new DisplayNames(database, subjectKeys);
  const ownedIds = new OwnedIds(database);
  const facts = new FactsStore(parts.projection(contractFactsProjection.name), contractFolding);
  const contracts = new ContractKnowledge(facts, peers);
  const authentication = new AuthenticationClient(peers, log);
  const directory = new AccountDirectory(
    parts.projection(accountDirectoryProjection.name),
    identities,
    names,
  );
  const issuedMonths = new IssuedMonths(parts.projection(issuedMonthsProjection.name));
  const affected = new AffectedMonths(issuedMonths, contracts, clock);
  const accounts = new Accounts(handler, identities, names, contracts, authentication, affected, clock);
  const enrolments = new Enrolments(accounts, ownedIds, authentication, clock, settings);
  const ends = new ContractEnds(handler, directory, store, log);
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
  const imports = new Imports(importStore, worker, contracts, clock, retention);
  const provide = (token: unknown, useValue: unknown) => ({ provide: token as symbol, useValue });
  const module: DynamicModule = {
    module: DeviceRegistryModule,
    controllers: [AccountsController, DevicesController, ImportsController, FactsController],
    providers: [
      provide(Accounts, accounts),
      provide(AccountDirectory, directory),
      provide(AuthenticationClient, authentication),
      provide(Enrolments, enrolments),
      provide(OwnedIds, ownedIds),
      provide(Identities, identities),
      provide(Imports, imports),
      provide(ImportStore, importStore),
      provide(AccountFactsReader, new AccountFactsReader(store)),
      provide(SETTINGS, settings),
    ],
  };
  const dueWork = new RegistryDueWork(directory, ends, contracts, handler);
  return { module, ends, dueWork, identities, imports, importStore, importBatch, worker };
}
