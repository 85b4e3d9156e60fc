// How a projection is proved: whatever way its messages come, its tables must hold the same.
export * from './projection-spec.ts';
export * from './scripted-logs.ts';
