export * from './account/account.commands.ts';
export * from './account/account.decider.ts';
export * from './account/account.events.ts';
export * from './account/account.state.ts';
export { ENROLMENT_WAIT, enrolmentToConfirm } from './account/device.decide.ts';
export * from './account/external-id.ts';
export { operatorOnly } from './account/registration.decide.ts';
export * from './import/import-row.ts';
export * from './import/row-outcome.ts';
