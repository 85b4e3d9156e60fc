export { deviceRegistryService } from './device-registry.service.ts';
export { deviceRegistrySettings, type DeviceRegistrySettings } from './settings/device-registry.settings.ts';
