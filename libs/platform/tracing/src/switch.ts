import type { Tracer } from '@opentelemetry/api';

/** Who makes the spans of a service of this process; of the program itself where none is named. */
export type TracerOf = (service: string | undefined) => Tracer;

let tracers: TracerOf | undefined;

/** `undefined` while nothing is traced: then the helpers of this package do nothing but call their work. */
export const tracing = (): TracerOf | undefined => tracers;

export const tracingIsOn = (): boolean => tracers !== undefined;

/** For the SDK alone, which starts and stops. */
export function switchTracing(to: TracerOf | undefined): void {
  tracers = to;
}
