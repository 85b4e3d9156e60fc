export * from './authentication/authentication.commands.ts';
export * from './authentication/authentication.messages.ts';
export * from './billing/billing.messages.ts';
export * from './contract/approval.messages.ts';
export * from './contract/contract.messages.ts';
export * from './device-registry/device-registry.messages.ts';
export * from './topics.ts';
export * from './without-personal.ts';
