export { deviceRegistryService } from './device-registry.definition.ts';
export { deviceRegistrySettings, type DeviceRegistrySettings } from './settings/device-registry.settings.ts';
export { accountHandler } from './log/account-handler.ts';
export { deviceRegistrySealedColumns } from './imports/sealed-columns.ts';
