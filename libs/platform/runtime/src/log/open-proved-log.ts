import { ConfigurationError } from '@smartkey/configuration';
import { checkpointSettings, OriginChangedError, ProvedLog } from '@smartkey/transparency';
import type { ProvedLogParts } from '@smartkey/transparency';
import type { ServiceEnvironment } from '../service/service-environment.ts';

/** What the logs of one process are signed with. */
type SigningEnvironment = Pick<ServiceEnvironment, 'variables' | 'material' | 'checkpointFolder'>;

/** @throws ConfigurationError where the system has another name than its logs were signed under. */
export async function openProvedLog(
  parts: Omit<ProvedLogParts, 'settings'>,
  { variables, material, checkpointFolder }: SigningEnvironment,
): Promise<ProvedLog> {
  const settings = checkpointSettings(variables, {
    secret: material.lookupKey,
    logKeys: material.logKeys,
    ...(checkpointFolder !== undefined && { folder: checkpointFolder }),
  });
  try {
    return await ProvedLog.open({ ...parts, settings });
  } catch (error) {
    if (error instanceof OriginChangedError)
      throw new ConfigurationError('SMARTKEY_SYSTEM_NAME', `does not fit: ${error.message}`);
    throw error;
  }
}
