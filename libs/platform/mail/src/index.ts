export * from './mail.ts';
export * from './mail.settings.ts';
export { mailMetrics } from './mail-metrics.ts';
export * from './mail-outbox.ts';
export * from './mail-worker.ts';
export * from './mailer.port.ts';
export * from './open-mailer.ts';
export * from './outbox.migration.ts';
export { mailSealedColumns } from './outbox-seals.ts';
