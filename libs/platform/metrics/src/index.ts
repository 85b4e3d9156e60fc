export * from './collected-gauges.ts';
export * from './gauges.ts';
export * from './shared-counter.ts';
