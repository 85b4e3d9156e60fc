import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own words, in our log: warnings and worse, and the rest at debug. */
export function nestLogger(log: Logger): LoggerService {
  const at =
    (level: 'debug' | 'warn' | 'error') =>
    (message: unknown, ...more: unknown[]): void =>
      log[level]({ nest: more.at(-1) }, String(message));
  return { log: at('debug'), debug: at('debug'), verbose: at('debug'), warn: at('warn'), error: at('error') };
}
