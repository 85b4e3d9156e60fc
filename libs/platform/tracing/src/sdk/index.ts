export * from './start-sdk.ts';
