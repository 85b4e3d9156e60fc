export { deviceRegistryService } from './device-registry.definition.ts';
export { accountHandler } from './log/account-handler.ts';
export { storedEvents as auditedForms } from './log/stored-events.ts';
export { deviceRegistrySealedColumns } from './imports/sealed-columns.ts';
export { RowsOfLog } from './identity/rows-of-log.ts';
