/** `<system>/<service>`: under which name a log is known. */
export const originOf = (system: string, service: string): string => `${system}/${service}`;

/** Whose log an origin names. */
export const serviceOf = (origin: string): string => origin.split('/')[1]!;
