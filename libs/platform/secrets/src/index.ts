export * from './secrets.port.ts';
