import { SystemClock } from '@smartkey/identity';
import { parseInstant } from '@smartkey/calendar';
import { CommandError, type CliCommand } from '../command.ts';
import { codeShown } from '../data/authenticator.ts';

export const codeCommand: CliCommand = {
  name: 'code',
  arguments: ['otpauth-uri'],
  options: { at: { type: 'string' } },
  help: 'shows what a phone would show: the one-time code of an enrolment, now or at an instant of the sandbox clock',
  run: async ({ arguments: [uri], options: { at }, print }) => {
    if (!uri!.startsWith('otpauth://totp/')) throw new CommandError('that is no otpauth://totp/ URI');
    const instant = typeof at === 'string' ? parseInstant(at) : new SystemClock().now();
    if (instant === undefined)
      throw new CommandError('--at must be an instant with an offset, such as 2018-02-01T00:00:00+09:00');
    const code = codeShown(uri!, instant);
    if (code === undefined)
      throw new CommandError('that URI has no secret and settings that an enrolment gives');
    print(code);
    return 0;
  },
};
