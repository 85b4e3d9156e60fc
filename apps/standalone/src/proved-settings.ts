import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type GatewaySettings, openOperatorKey, readGatewaySettings } from '@smartkey/gateway-service';
import type { Environment } from '@smartkey/configuration';
import {
  commonSettings,
  type CommonSettings,
  eventStoreSettings,
  listeningSettings,
  type ListeningSettings,
  proveDataFolder,
  proveListening,
  type ServiceDefinition,
  tracingSettings,
} from '@smartkey/runtime';
import { keyFilePath, keysAreGiven, openKeyMaterial } from '@smartkey/secrets';

export interface StandaloneSettings {
  readonly settings: CommonSettings;
  readonly gatewaySettings: GatewaySettings;
  readonly place: ListeningSettings;
}

/**
 * Reads all settings, and proves them as far as can be before anything is opened: a start that is going to fail fails at once, and
 * leaves nothing behind.
 * @throws ConfigurationError and its like, naming the variable.
 */
export async function provedSettings(
  env: Environment,
  services: readonly ServiceDefinition[],
): Promise<StandaloneSettings> {
  const settings = commonSettings(env);
  const gatewaySettings = readGatewaySettings(env);
  const place = listeningSettings(env);
  eventStoreSettings(env);
  tracingSettings(env);
  for (const { readSettings } of services) readSettings?.(env);
  await proveKeys(settings, gatewaySettings, env);
  await proveListening(place);
  return { settings, gatewaySettings, place };
}

/** Keys that are there must be fit to be used; where they are still to be made there must be a place for them. */
async function proveKeys(
  { dataDir, databaseUrl }: CommonSettings,
  { operatorKey }: GatewaySettings,
  env: Environment,
): Promise<void> {
  const hasKeys = keysAreGiven(env) || existsSync(keyFilePath({ dataDir, env }));
  const hasOperatorKey = operatorKey !== undefined || existsSync(join(dataDir, 'operator.key'));
  if (databaseUrl === undefined || !hasKeys || !hasOperatorKey) await proveDataFolder(dataDir);
  const keyFile = keyFilePath({ dataDir, env });
  if (!hasKeys && dirname(keyFile) !== dataDir) await proveDataFolder(dirname(keyFile), 'SMARTKEY_KEY_FILE');
  if (hasKeys) await openKeyMaterial({ dataDir, env, create: false });
  if (hasOperatorKey) await openOperatorKey({ fromEnvironment: operatorKey, dataDir });
}
