export * from './decimal.ts';
export * from './yen.ts';
