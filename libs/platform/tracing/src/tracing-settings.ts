/** Names of `OTEL_TRACES_SAMPLER`. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export type SamplerName = (typeof SAMPLERS)[number];

/** What is traced, and where it goes. All times in milliseconds. */
export interface TracingSettings {
  /** Where the collector takes OTLP over HTTP as JSON: `http://collector:4318/v1/traces`. */
  readonly url: string;
  /** Sent with every export; may hold a secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long one export may take, tries again included. */
  readonly timeoutMillis: number;
  readonly compression: 'gzip' | 'none';
  /** `service.name` of all spans of the process; default: `smartkey-` and the service. */
  readonly serviceName?: string;
  /** More attributes of the resource. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly sampler: SamplerName;
  /** From 0 to 1, for the samplers by ratio. */
  readonly ratio: number;
  readonly queue: {
    /** What waits beyond that is dropped. */
    readonly most: number;
    /** Spans of one export. */
    readonly batch: number;
    /** How long spans wait for company. */
    readonly delayMillis: number;
  };
}
