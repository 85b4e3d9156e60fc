export { deviceRegistryService } from './device-registry.service.ts';
export { deviceRegistrySettings, type DeviceRegistrySettings } from './settings/device-registry.settings.ts';
export { accountHandler } from './account/account-handler.ts';
export { deviceRegistrySealedColumns } from './sealed-columns.ts';
