export * from './clock/advance-clock.ts';
export * from './clock/business-clock.ts';
export * from './clock/http-clocked-service.ts';
export * from './clock/instances-clock.ts';
export * from './config/data-folder.ts';
export * from './config/listening.ts';
export * from './config/json-setting.ts';
export * from './config/log.ts';
export * from './config/service-settings.ts';
export * from './config/settings.ts';
export { deadLetterView, type DeadLetterView } from './internal/dead-letters.controller.ts';
export { lostWithoutTopic, UNTOLD_LOSS, type LostView } from './log/lost-facts.ts';
export type { FindingsView } from './internal/lost.controller.ts';
export type { ActorsView } from './internal/actors.controller.ts';
export {
  proposeLoss,
  refuseLoss,
  standingView,
  type LossProposalView,
  type ProposedLoss,
  type StandingView,
} from './internal/loss-answers.ts';
export { acceptLoss } from './log/accept-loss.ts';
export { actorsNamed } from './log/actors-named.ts';
export * from './log/eventstore-variables.ts';
export { publishedBy } from './log/published-by.ts';
export { openProvedLog } from './log/open-proved-log.ts';
export { serviceLogs } from './log/open-service-logs.ts';
export type { LogParts } from './log/service-logs.ts';
export * from './metrics/database-metrics.ts';
export * from './peers/http-peers.ts';
export * from './service-definition.ts';
export { databaseHealth } from './service/health.ts';
export * from './service/open-database-server.ts';
export * from './service/refuse-unsafe-server.ts';
export * from './service/run-program.ts';
export * from './service/run-service.ts';
export * from './service/service-environment.ts';
export * from './service/service.ts';
export * from './tracing/start-tracing.ts';
export * from './tracing/tracing-variables.ts';
