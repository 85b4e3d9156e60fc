import type { Environment } from '@smartkey/configuration';
import { type ServiceName } from '@smartkey/event-bus';
import { UnavailableError } from '@smartkey/lifecycle';
import { runningService } from './running-service.ts';

/**
 * Has services that run look now whether all logs have what was read of them, which they do by themselves each minute: one that does not answer is told of,
 * and nothing hangs on it.
 */
export async function askToLook(
  env: Environment,
  services: readonly ServiceName[],
  note: (line: string) => void,
): Promise<void> {
  await Promise.all(
    services.map(async (service) => {
      const call = await runningService(env, service);
      try {
        await call?.('POST', '/internal/log/look');
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        note(`${service} does not answer now: where it runs, it looks by itself within a minute`);
      }
    }),
  );
}
