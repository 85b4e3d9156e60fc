import { readGatewaySettings } from '@smartkey/gateway-service';
import type { Environment } from '@smartkey/configuration';
import { eventStoreSettings, tracingSettings } from '@smartkey/runtime';
import { keysAreGiven, openKeyMaterial } from '@smartkey/secrets';

/**
 * What the programs would refuse one after another, with brokers and a database started for nothing.
 * @throws ConfigurationError and its like, naming the variable.
 */
export async function proveSettings(env: Environment): Promise<void> {
  readGatewaySettings(env);
  eventStoreSettings(env);
  tracingSettings(env);
  if (keysAreGiven(env)) await openKeyMaterial({ dataDir: '', env });
  const { billingService } = await import('@smartkey/billing-service');
  const { contractService } = await import('@smartkey/contract-service');
  const { deviceRegistryService } = await import('@smartkey/device-registry-service');
  for (const { readSettings } of [contractService, deviceRegistryService, billingService])
    readSettings?.(env);
}
