export * from './configuration-error.ts';
export * from './setting.ts';
