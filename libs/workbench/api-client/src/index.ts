export * from './api-client.ts';
export * from './phone.ts';
