import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { BodyLimits } from '../body/body-parsers.ts';
import type { HealthContributor } from '../health/health-contributor.ts';

export interface HttpOptions {
  /** Name of the service, for logs and metrics. */
  readonly name: string;
  /** Whose the spans of its requests are (default: the name). */
  readonly tracedAs?: string;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Every call must carry it, but for health and metrics. */
  readonly internalToken: string;
  readonly bodyLimits?: Partial<BodyLimits>;
  /** Asked by /health/ready. */
  readonly health?: readonly HealthContributor[];
}
