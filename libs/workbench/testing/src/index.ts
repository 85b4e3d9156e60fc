export * from './decider-attempt.ts';
export * from './decider-spec.ts';
export * from './deep-freeze.ts';
export * from './facts.ts';
export * from './postgres-harness.ts';
export * from './small-disk.ts';
export * from './test-clock.ts';
export * from './until.ts';
