import { destination, type Logger, pino } from 'pino';

/** The structured log: JSON lines on standard error, for standard output belongs to what a program has to say. */
export const createLog = (level: string): Logger =>
  pino({ level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, destination(2));
