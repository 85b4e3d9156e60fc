// Apart from the rest: what runs brings no test framework along.
export * from './testing/projection-spec.ts';
export * from './testing/scripted-logs.ts';
