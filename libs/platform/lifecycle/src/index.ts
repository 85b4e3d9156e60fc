export * from './closers.ts';
export * from './failures.ts';
export * from './remembered.ts';
export * from './rest.ts';
