export * from './configuration-error.ts';
export * from './setting.ts';
export * from './public-url.ts';
