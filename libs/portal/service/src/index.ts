export { startPortal } from './start-portal.ts';
export { fileLimitSetting, readPortalSettings } from './settings/portal-settings.ts';
