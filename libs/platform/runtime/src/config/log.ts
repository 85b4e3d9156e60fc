import { traceLogFields } from '@smartkey/tracing';
import { destination, type Logger, pino } from 'pino';

/**
 * The structured log: JSON lines on standard error, for standard output belongs to what a program has to say. Lines that are
 * written within a span name it.
 */
export const createLog = (level: string): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      mixin: traceLogFields,
    },
    destination(2),
  );
