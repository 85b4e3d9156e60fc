import { schema, type Schema } from '@smartkey/http';

const { idOf, instant, jstDay, list, nullable, object, oneOf, serviceMonth, text, trueOrFalse, wholeNumber } =
  schema;

const propagation = oneOf(
  ['done', 'pending'],
  'Of a stop: whether authentication knows. `pending`: it could not be reached, and hears of it by the bus.',
);

const affects = list(object({ month: serviceMonth(), number: text('Of the invoice.') }));
const late = 'The issued months that the facts lie in, whether or not a yen changes.';

export const accountSchema: Schema = object({
  id: idOf('rid'),
  contract: idOf('ctr'),
  externalId: text(),
  'displayName?': text(),
  status: oneOf(['registered', 'suspended', 'deregistered']),
  'registeredAt?': instant('Of the last spell; missing where every spell was voided.'),
  'registeredOn?': jstDay('First day of the last spell.'),
  'deregisteredAt?': instant(),
  'deregisteredOn?': jstDay('Last day of the last spell; it counts.'),
  spells: {
    ...list(
      object({
        id: idOf('spl'),
        registeredOn: jstDay(),
        deregisteredOn: nullable(jstDay('Last day; it counts. null while it lasts.')),
      }),
    ),
    description: 'The spells of registration in order, without those that were voided.',
  },
  devices: object({ active: wholeNumber(), suspended: wholeNumber() }),
  'propagation?': propagation,
  'affects?': { ...affects, description: `${late} Missing where it lies in none.` },
});

export const unlockedSchema: Schema = object({
  id: idOf('rid'),
  unlocked: trueOrFalse('False: there was no lock.'),
});

export const enrolmentSchema: Schema = object({
  id: idOf('enr'),
  deviceId: idOf('dev'),
  otpauthUri: text('For an authenticator app. Only in this answer.'),
  secretBase32: text('Only in this answer.'),
  qrSvg: text('The otpauth URI as a QR code. Only in this answer.'),
  expiresAt: instant(),
});

export const confirmedSchema: Schema = object({ deviceId: idOf('dev'), status: oneOf(['active']) });

export const deviceSchema: Schema = object({
  id: idOf('dev'),
  account: idOf('rid'),
  'name?': text(),
  status: oneOf(['active', 'suspended', 'revoked']),
  enrolledAt: instant(),
  digits: wholeNumber(),
  period: wholeNumber('Seconds.'),
  algorithm: oneOf(['SHA1', 'SHA256', 'SHA512']),
  'propagation?': propagation,
});

export const importSchema: Schema = object({
  id: idOf('imp'),
  contract: idOf('ctr'),
  status: oneOf(['queued', 'running', 'completed']),
  dryRun: trueOrFalse(),
  total: wholeNumber('Rows of the file, the header not counted.'),
  done: wholeNumber(),
  registered: wholeNumber(),
  deregistered: wholeNumber(),
  suspended: wholeNumber(),
  resumed: wholeNumber(),
  unchanged: wholeNumber('Rows that asked for what was so already.'),
  failed: wholeNumber(),
  createdAt: instant(),
  startedAt: nullable(instant()),
  finishedAt: nullable(instant()),
  affects: { ...affects, description: late },
});
