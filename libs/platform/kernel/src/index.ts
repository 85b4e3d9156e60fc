export * from './a.ts';
