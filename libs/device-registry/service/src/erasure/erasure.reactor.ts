import { idOfStream } from '@smartkey/kernel';
import type { Reactor } from '@smartkey/projections';
import { continuing } from '@smartkey/tracing';
import type { ErasureFollowUp } from './erasure-follow-up.ts';

/** Finishes an erasure: the process that began it may have ended right after the fact was logged. */
export const erasureReactor = (followUp: ErasureFollowUp, wake: () => void): Reactor => ({
  name: 'follow-erasures',
  sources: ['device-registry'],
  types: new Set(['PersonalDataErased']),
  async react(messages) {
    for (const message of messages) {
      await continuing(message, () => followUp.release(idOfStream('rid', message.stream)));
      wake();
    }
  },
});
