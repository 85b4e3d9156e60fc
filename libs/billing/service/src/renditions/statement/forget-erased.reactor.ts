import type { DeviceRegistryMessages } from '@smartkey/messages';
import type { Reactor } from '@smartkey/projections';
import type { SubjectKeys } from '@smartkey/secrets';

/**
 * Whose personal data were erased has no name on statements any more: the key goes under which rows and their salts are sealed. Figures and
 * commitments stay.
 */
export const forgetErasedReactor = (keys: Pick<SubjectKeys, 'erase'>): Reactor => ({
  name: 'forget-erased',
  sources: ['device-registry'],
  types: new Set(['PersonalDataErased']),
  async react(messages) {
    for (const { data } of messages)
      await keys.erase((data as DeviceRegistryMessages['PersonalDataErased']).account);
  },
});
