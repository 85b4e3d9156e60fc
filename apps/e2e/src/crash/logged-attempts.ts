import type { ApiClient } from '@smartkey/api-client';

/** An attempt as the log of attempts tells it. */
export interface LoggedAttempt {
  readonly result: 'success' | 'denied';
  readonly reason?: string;
}

/** All attempts of a contract in a service month, `2018-01`. */
export async function attemptsOf(
  operator: ApiClient,
  contract: string,
  serviceMonth: string,
): Promise<readonly LoggedAttempt[]> {
  const [year, month] = serviceMonth.split('-').map(Number) as [number, number];
  // Months begin at 15:00 of the day before, UTC.
  const startOf = (which: number): string => new Date(Date.UTC(year, which, 1) - 9 * 3_600_000).toISOString();
  const range = `from=${startOf(month - 1)}&to=${startOf(month)}&limit=200`;
  const attempts: LoggedAttempt[] = [];
  for await (const attempt of operator.pages<LoggedAttempt>(
    `/contracts/${contract}/authentications?${range}`,
  ))
    attempts.push(attempt);
  return attempts;
}
