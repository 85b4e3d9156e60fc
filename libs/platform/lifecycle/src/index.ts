export * from './backoff.ts';
export * from './closers.ts';
export * from './errors.ts';
export * from './failures.ts';
export * from './loop.ts';
export * from './remembered.ts';
export * from './rest.ts';
