/** Whether services run while something is lost or put back, or are stopped before and started after. */
export type Meanwhile = 'running' | 'stopped';

export const BOTH: readonly Meanwhile[] = ['running', 'stopped'];

export const inWords = (meanwhile: Meanwhile): string =>
  meanwhile === 'running' ? 'run on' : 'are stopped meanwhile';
