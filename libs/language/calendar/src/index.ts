export * from './jst-day.ts';
export * from './notice-period.ts';
export * from './service-month.ts';
export * from './spans.ts';
