export * from './projection.ts';
export * from './projection-reader.ts';
