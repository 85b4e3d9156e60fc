import { SystemClock } from '@smartkey/identity';
import { commonSettings } from '@smartkey/runtime';
import { addLogKey, keyFilePath, keysAreGiven, openSecrets } from '@smartkey/secrets';
import { readOrigins, rotateLogKey } from '@smartkey/transparency';
import { CommandError, type CliCommand } from '../command.ts';
import { businessTime } from '../data/business-time.ts';
import { keysOf } from '../data/keys-of.ts';
import { withData } from '../data/open-data.ts';
import { originIn } from '../data/origin-in.ts';
import { logNamed } from '../data/services.ts';
import { mustSign } from '../data/signing.ts';
import { textOf } from '../data/text-option.ts';

export const auditKeysRotateCommand: CliCommand = {
  name: 'audit keys rotate',
  arguments: ['service'],
  options: { by: { type: 'string' }, reason: { type: 'string' } },
  help:
    'gives a log a new key for its checkpoints; the former signs beside it for 30 days, in which witness and readers must be told (npm run cli -- audit keys). ' +
    'Services that run sign with it from their next checkpoint on',
  run: ({ arguments: [name], options, env, print, note }) =>
    withData(env, async (data) => {
      const service = logNamed(name!);
      const decision = { by: textOf(options, 'by'), reason: textOf(options, 'reason') };
      const database = await data.mustHave(service);
      const base = await originIn(database);
      if (base === undefined) throw new CommandError(`${service} never ran on these data`);
      const settings = await mustSign(env);
      const { dataDir } = commonSettings(env);
      const material = await keysOf(env);
      const { subjectKeys } = await openSecrets({ database, service, material });
      const clock = await businessTime(data, database);
      const store = await data.log(service, database, { clock });
      const { current: origin } = await readOrigins(store, base);
      const rotated = await rotateLogKey(
        {
          store,
          subjectKeys,
          now: clock.now(),
          systemNow: Date.parse(new SystemClock().now()),
          keys: { origin, secret: settings.secret, made: settings.logKeys },
          ...(keysAreGiven(env) ? {} : { make: () => addLogKey(keyFilePath({ dataDir, env }), origin) }),
        },
        decision,
      );
      print(rotated.key);
      note(`signs ${origin} from now on; ${rotated.replaces} beside it until ${rotated.retiresAt}`);
      note('keep a copy of the keys; tell the witness and the readers: npm run cli -- audit keys');
      return 0;
    }),
};
