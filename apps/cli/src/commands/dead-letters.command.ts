import { SERVICES } from '@smartkey/event-bus';
import { isUtf8 } from 'node:buffer';
import type { CliCommand } from '../command.ts';
import { withDeadLetters } from '../data/dead-letters.ts';
import { namingOf } from '../data/looked-through.ts';
import { serviceNamed } from '../data/services.ts';
import { textOf } from '../data/text-option.ts';

export const deadLettersListCommand: CliCommand = {
  name: 'dead-letters list',
  arguments: [],
  options: { naming: { type: 'string' } },
  help:
    'lists the records on topics that a consumer could not read; exit code 1 where there are any. With --naming only those that hold that text, ' +
    'and those that cannot be looked through, as no text or cut off: before a person is erased',
  run: async ({ options, env, print }) => {
    const wanted = options['naming'] === undefined ? undefined : textOf(options, 'naming');
    let count = 0;
    for (const service of SERVICES)
      for (const letter of await withDeadLetters(env, service, (letters) => letters.list())) {
        const naming = wanted === undefined ? 'named' : namingOf(letter, wanted);
        if (naming === 'not-named') continue;
        const { id, group, topic, partition, offset, reason, foundAt } = letter;
        count += 1;
        print(`${service} ${id}${naming === 'unknown' ? ': cannot be looked through' : ''}`);
        print(
          `    ${topic} partition ${partition} offset ${offset}, found by ${group} at ${foundAt}: ${reason}`,
        );
      }
    print(`${count} dead letters`);
    return count === 0 ? 0 : 1;
  },
};

export const deadLettersShowCommand: CliCommand = {
  name: 'dead-letters show',
  arguments: ['service', 'id'],
  help: 'prints such a record: its place, its headers and what is kept of its value (64 KiB), as JSON',
  run: async ({ arguments: [service, id], env, print }) => {
    const { value, ...letter } = await withDeadLetters(env, serviceNamed(service!), (letters) =>
      letters.show(id!),
    );
    print(JSON.stringify({ ...letter, ...valueOf(value) }, null, 2));
    return 0;
  },
};

export const deadLettersRetryCommand: CliCommand = {
  name: 'dead-letters retry',
  arguments: ['service', 'id'],
  help:
    'reads such a record again with this program, and lets it go where that can: what it tells was taken in from the log; ' +
    'exit code 1 where it still cannot be read',
  run: async ({ arguments: [service, id], env, print }) => {
    const reason = await withDeadLetters(env, serviceNamed(service!), (letters) => letters.retry(id!));
    print(reason === null ? `${id} can be read now and is gone` : `${id} still cannot be read: ${reason}`);
    return reason === null ? 0 : 1;
  },
};

export const deadLettersDiscardCommand: CliCommand = {
  name: 'dead-letters discard',
  arguments: ['service', 'id'],
  help: 'lets such a record go unread',
  run: async ({ arguments: [service, id], env, print }) => {
    await withDeadLetters(env, serviceNamed(service!), (letters) => letters.discard(id!));
    print(`${id} is gone`);
    return 0;
  },
};

/** As text where it is text, else as base64. */
function valueOf(base64: string | null): Readonly<Record<string, string | null>> {
  if (base64 === null) return { value: null };
  const bytes = Buffer.from(base64, 'base64');
  return isUtf8(bytes) ? { value: bytes.toString('utf8') } : { valueBase64: base64 };
}
