export * from './clock/advance-clock.ts';
export * from './service-definition.ts';
