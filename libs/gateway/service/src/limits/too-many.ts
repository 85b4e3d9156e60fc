import { ProblemException } from '@smartkey/http';
import type { Take } from './token-buckets.ts';

/** `RateLimit-*` of the bucket that a request was taken from. */
export const rateLimitHeaders = (burst: number, take: Take): Record<string, string> => ({
  'ratelimit-limit': String(burst),
  'ratelimit-remaining': String(take.remaining),
  'ratelimit-reset': String(take.resetSeconds),
});

export const tooMany = (burst: number, take: Take, detail: string): ProblemException =>
  new ProblemException(429, 'rate-limited', detail, {
    headers: { 'retry-after': String(take.retryAfterSeconds), ...rateLimitHeaders(burst, take) },
  });
