export * from './horizon.ts';
export * from './jst-day.ts';
export * from './parse-instant.ts';
export * from './service-month.ts';
export * from './spans.ts';
