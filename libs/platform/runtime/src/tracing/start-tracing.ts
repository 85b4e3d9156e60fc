import { tracingIsOn } from '@smartkey/tracing';
import type { RunningTracing } from '@smartkey/tracing/sdk';
import type { Logger } from 'pino';
import type { Environment } from '@smartkey/configuration';
import { tracingSettings } from './tracing-variables.ts';

const NOT_TRACED: RunningTracing = { stop: () => Promise.resolve() };

/**
 * Traces this process where the environment names a collector (docs/tracing.md). A process is traced once: who asks a second
 * time gets what does nothing.
 * @param program the service, or the program that runs several: names what is no service's.
 * @throws ConfigurationError
 */
export async function startTracing(program: string, env: Environment, log: Logger): Promise<RunningTracing> {
  const settings = tracingSettings(env);
  if (settings === undefined || tracingIsOn()) return NOT_TRACED;
  // Here, and not above: who does not trace loads none of the SDK.
  const { startSdk } = await import('@smartkey/tracing/sdk');
  const running = startSdk(program, settings, log);
  log.info({ url: new URL(settings.url).origin, sampler: settings.sampler }, 'this process is traced');
  return running;
}
