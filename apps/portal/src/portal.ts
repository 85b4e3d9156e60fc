import type { Environment } from '@smartkey/configuration';
import { Closers } from '@smartkey/lifecycle';
import { readPortalSettings, startPortal } from '@smartkey/portal-service';
import {
  commonSettings,
  createLog,
  listeningSettings,
  proveListening,
  type Running,
  startTracing,
  tracingSettings,
} from '@smartkey/runtime';
import { Registry } from 'prom-client';

/**
 * Runs the web pages by themselves: behind a gateway, which hands `/portal` on to them, and which is all that they speak to.
 * @throws ConfigurationError and its like, naming the variable.
 */
export async function runPortal(env: Environment): Promise<Running> {
  const settings = readPortalSettings(env);
  const place = listeningSettings(env);
  const { logLevel } = commonSettings(env);
  tracingSettings(env);
  const log = createLog(logLevel).child({ service: 'portal' });
  const closers = new Closers();
  try {
    await proveListening(place);
    const tracing = await startTracing('portal', env, log);
    closers.add('tracing', () => tracing.stop());
    const portal = await startPortal({
      ...settings,
      ...place,
      gatewayUrl: () => settings.gatewayUrl,
      publicUrl: () => settings.publicUrl,
      log,
      metrics: new Registry(),
    });
    closers.add('the pages', () => portal.close());
    return { url: portal.url, stop: () => closers.close() };
  } catch (error) {
    throw await closers.closeAfter(error);
  }
}
