/** Unix time as notes tell it, in whole seconds, as RFC 3339 writes it in UTC. */
export const secondsText = (seconds: number): string =>
  new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
