export * from './carried.ts';
export * from './http-spans.ts';
export * from './messaging-spans.ts';
export * from './spans.ts';
export { tracingIsOn } from './switch.ts';
export * from './traceparent.ts';
export * from './tracing-settings.ts';
export type { Span } from '@opentelemetry/api';
