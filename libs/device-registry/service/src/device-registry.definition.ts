import { allDone } from '@smartkey/lifecycle';
import type { ServiceDefinition } from '@smartkey/runtime';
import { contractTerminatedReactor } from './contract-ends/contract-terminated.reactor.ts';
import { deviceRegistryMigrations } from './device-registry.migrations.ts';
import { assembleDeviceRegistry } from './device-registry.module.ts';
import { erasureReactor } from './erasure/erasure.reactor.ts';
import { accountDirectoryProjection } from './directory/account-directory.projection.ts';
import { invoicedMonthsProjection } from './late-facts/invoiced-months.projection.ts';
import { publish } from './log/publish.ts';
import { deviceRegistrySettings } from './settings/device-registry.settings.ts';
import { deviceRegistryNeeds } from './log/needed-rows.ts';

/**
 * The device registry: who is registered with a contract and since when, which the enterprise plan is billed by (別紙1 備考1), and
 * the devices that people sign in with. Settings: `deviceRegistrySettings`.
 */
export const deviceRegistryService: ServiceDefinition = {
  name: 'device-registry',
  needs: deviceRegistryNeeds,
  migrations: deviceRegistryMigrations,
  projections: [accountDirectoryProjection, invoicedMonthsProjection],
  publish,
  readSettings: deviceRegistrySettings,
  assemble(parts) {
    const { module, ends, dueWork, worker, followUp, erasureWorker } = assembleDeviceRegistry(
      parts,
      deviceRegistrySettings(parts.environment),
    );
    return {
      module,
      reactors: [contractTerminatedReactor(ends), erasureReactor(followUp, () => erasureWorker.wake())],
      dueWork,
      start() {
        worker.start();
        erasureWorker.start();
      },
      stop: () => allDone([worker.stop(), erasureWorker.stop()]),
    };
  },
};
