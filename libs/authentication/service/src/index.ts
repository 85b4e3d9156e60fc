export * from './authentication.service.ts';
