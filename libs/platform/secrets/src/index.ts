export * from './external-id-digest.ts';
export * from './key-ring.ts';
export * from './secrets.port.ts';
