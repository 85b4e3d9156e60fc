import { idOfStream } from '@smartkey/kernel';
import type { Reactor } from '@smartkey/projections';
import { continuing } from '@smartkey/tracing';
import type { ErasureFollowUp } from './erasure-follow-up.ts';

/** Ends what an erasure began: whoever asked for it may have died behind the fact. */
export const erasureReactor = (followUp: ErasureFollowUp, wake: () => void): Reactor => ({
  name: 'follow-erasures',
  sources: ['device-registry'],
  async react(messages) {
    for (const message of messages) {
      if (message.type !== 'PersonalDataErased') continue;
      await continuing(message, () => followUp.release(idOfStream('rid', message.stream)));
      wake();
    }
  },
});
