import type { ApiClient } from '@smartkey/api-client';
import { Steps, System } from '@smartkey/testing/end-to-end';

export const ISSUER = {
  SMARTKEY_ISSUER_NAME: '見本株式会社',
  SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T7123456789012',
};

/** Where one story is played. */
export interface Stage {
  readonly steps: Steps;
  readonly operator: ApiClient;
  /** After the story's last scene. */
  clear(): Promise<void>;
}

/** Makes ready for a story whose first scene is at that instant of business time. */
export type Begin = (instant: string) => Promise<Stage>;

/** The embedded whole, a new one for each story. */
export const onNewSystem: Begin = async (instant) => {
  const system = await System.start({ ...ISSUER, SMARTKEY_CLOCK_START: instant });
  return { steps: new Steps(system.operator), operator: system.operator, clear: () => system.dispose() };
};
