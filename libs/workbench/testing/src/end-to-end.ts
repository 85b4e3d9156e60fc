// The whole system as processes, driven through its public surface: for end-to-end tests, the crash loop and benches.
export * from './end-to-end/cluster-system.ts';
export * from './end-to-end/collector.ts';
export * from './end-to-end/metrics.ts';
export { NODE_FLAGS, OPERATOR_KEY, ROOT, Program } from './end-to-end/program.ts';
export * from './end-to-end/steps.ts';
export * from './end-to-end/system.ts';
export * from './until.ts';
