export * from './facts/facts-projection.ts';
export * from './facts/facts-store.ts';
export * from './generations/generations.ts';
export * from './generations/live-reader.ts';
export { RebuildRunningError } from './projected.ts';
export * from './projection.ts';
export * from './projection-host.ts';
export * from './projection-reader.ts';
export * from './projection-tables.ts';
