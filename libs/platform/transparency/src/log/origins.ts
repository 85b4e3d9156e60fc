/** `<system>/<service>`: under which name a log is known until it has lost anything. */
export const originOf = (system: string, service: string): string => `${system}/${service}`;

/** The name behind an accepted loss. @param incarnation from 2. */
export const restoredOrigin = (base: string, incarnation: number): string => `${base}/${incarnation}`;

/** Whose log an origin names. */
export const serviceOf = (origin: string): string => origin.split('/')[1]!;
