export * from './fake-eventstoredb.ts';
export { selfSigned } from './self-signed.ts';
