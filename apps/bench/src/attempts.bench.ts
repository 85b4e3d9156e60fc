import {
  AddressIndex,
  AttemptMonths,
  AttemptReader,
  AttemptSeals,
  authenticationService,
} from '@smartkey/authentication-service';
import { addMonths, startOfMonth } from '@smartkey/calendar';
import { migrate, type Database } from '@smartkey/database';
import { createEventStore, type Appended, type PostgresEventStore } from '@smartkey/event-store';
import { parseIpAddress } from '@smartkey/http';
import { derivedUuid, newId } from '@smartkey/identity';
import { systemActor, type Instant } from '@smartkey/kernel';
import { KeyRing, openSecrets, type Secrets } from '@smartkey/secrets';
import { pino } from 'pino';
import {
  accountNumber,
  ADDRESSES,
  contractNumber,
  generateAttempts,
  LARGE_IDS,
  LAST_MONTH,
  MONTHS,
  SMALL_IDS,
  type AttemptsScale,
} from './generated-attempts.ts';
import { type Figure, type Latency, quantile, quantilesOf, secondsOf } from './measure.ts';
import { withScratchServer } from './scratch.ts';

const NOW: Instant = '2026-11-30T00:00:00.000Z';
/** Of this bench alone: a later run opens what an earlier one sealed. */
const KEK = new Uint8Array(32).fill(1);
const LOOKUP_KEY = new Uint8Array(32).fill(7);
const PAGE = 50;
const PAGES = 100;
const VERIFICATIONS = 2_000;

/** The tables of authentication, and its keys. */
async function openAuthentication(database: Database): Promise<Secrets> {
  const material = { keyEncryption: new KeyRing([KEK]), source: 'the bench' };
  const secrets = await openSecrets({ database, service: 'authentication', material });
  await migrate(database, authenticationService.migrations, 'authentication', secrets);
  return secrets;
}

/** The pages that people look at: of the largest contract and of a small one, of an ID, filtered, from anywhere in the months. */
async function pages(database: Database, index: AddressIndex, contracts: number): Promise<Latency[]> {
  const reader = new AttemptReader(database, index);
  const from = startOfMonth(addMonths(LAST_MONTH, 1 - MONTHS));
  let drawn = 0;
  // The same on every run.
  const draw = (below: number): number => (drawn = (drawn * 48_271 + 11) % 2_147_483_647) % below;
  const to = (): Instant => startOfMonth(addMonths(LAST_MONTH, 1 - draw(MONTHS)));
  const small = (): number => 1 + draw(contracts - 1);
  const address = (n: number) => ({
    address: parseIpAddress(`203.0.${n % 16}.${n}`)!,
    wholeNetwork: n % 2 === 0,
  });
  const large = { contract: contractNumber(0), from };
  const asked = {
    'of the largest contract': () => ({ ...large, to: to() }),
    'its denials': () => ({ ...large, to: to(), result: 'denied' as const }),
    'its denials for one reason': () => ({ ...large, to: to(), reason: 'locked' as const }),
    'its attempts from an address': () => ({ ...large, to: to(), address: address(draw(ADDRESSES)) }),
    'of one of its IDs': () => ({ ...large, rid: accountNumber(0, draw(LARGE_IDS)) }),
    'of a small contract': () => ({ contract: contractNumber(small()), from, to: to() }),
    'of an ID of a small contract': () => {
      const contract = small();
      return { contract: contractNumber(contract), from, rid: accountNumber(contract, draw(SMALL_IDS)) };
    },
  };
  const found: Latency[] = [];
  for (const [name, sought] of Object.entries(asked)) {
    const millis: number[] = [];
    const floors: number[] = [];
    for (let page = 0; page < PAGES; page++) {
      const wanted = sought();
      millis.push(1000 * (await secondsOf(() => reader.rows(wanted, undefined, PAGE + 1))));
      floors.push(1000 * (await secondsOf(() => database.query('SELECT 1'))));
    }
    found.push(quantilesOf(`a page ${name}`, millis, floors, 'an empty query'));
  }
  return found;
}

/** The statement of a success with the row of its attempt, beside the one of before, turn by turn. */
async function verifications(database: Database, store: PostgresEventStore): Promise<Figure> {
  const contract = contractNumber(1);
  const account = newId('rid', NOW);
  const device = newId('dev', NOW);
  await database.execute(
    `INSERT INTO attempts (account, contract, version, failures, hard_locked) VALUES ($1, $2, 0, 0, false)`,
    [account, contract],
  );
  await database.execute(
    `INSERT INTO credentials (device, account, contract, enrolment, status, announced_at, sealed, digits, period, algorithm,
                              last_step, expires_at, tries)
     VALUES ($1, $2, $3, $1, 'active', 0, '-', 6, 30, 'SHA1', 0, $4, 0)`,
    [device, account, contract, NOW],
  );
  let version = 0;
  const commit = async (logs: boolean): Promise<void> => {
    const step = ++version;
    const id = derivedUuid('bench', device, step);
    const event = {
      id,
      type: 'AuthSucceeded',
      version: 1,
      data: { contract, account, device },
      metadata,
      occurredAt: NOW,
    };
    const append = {
      stream: `authentication-${account}`,
      expected: 'any',
      events: [event],
      stampedAt: NOW,
    } as const;
    const done = await store.appendBy(append, async (args) => {
      const guard = [account, step - 1, 0, null, false];
      const logged = logs ? [id, contract, 'key_bench', 'success', null, null, null, null, null] : [];
      const values = [
        ...guard,
        ...logged,
        device,
        step,
        args.stream,
        args.beforeRevision,
        args.afterRevision,
        NOW,
      ];
      const call = logs ? 'decide_attempt' : 'commit_decision';
      const text = `SELECT guarded, actual, first_position, hashes FROM ${call}(${values.map((_, i) => `$${i + 1}`).join(', ')})`;
      const [row] = await database.query<Appended & { readonly guarded: boolean }>(text, values);
      return row?.guarded === true ? row : undefined;
    });
    if (done === undefined) throw new Error('somebody else used the account of the bench');
  };
  const seconds = { with: [] as number[], without: [] as number[] };
  for (let turn = 0; turn < VERIFICATIONS; turn++)
    for (const logs of turn % 2 === 0 ? [true, false] : [false, true])
      seconds[logs ? 'with' : 'without'].push(await secondsOf(() => commit(logs)));
  return {
    name: 'successes with their attempts in the log',
    rate: 1 / quantile(seconds.with, 0.5),
    limit: 1 / quantile(seconds.without, 0.5),
    unit: 'statements',
    limitIs: 'the same without the row, turn by turn, medians',
  };
}

const metadata = { commandId: 'bench', actor: systemActor('bench') };

/**
 * The log of attempts with all the months that are kept: pages of it, what it adds to a success, and how long a month takes to go. With
 * BENCH_DATABASE_URL months that an earlier run generated are kept.
 */
export function attemptsBench(scale: AttemptsScale): Promise<(Figure | Latency)[]> {
  return withScratchServer(async (server) => {
    const database = await server.database('authentication');
    const store = await createEventStore(database, { now: () => NOW });
    const secrets = await openAuthentication(database);
    const index = new AddressIndex(LOOKUP_KEY);
    const seals = new AttemptSeals(secrets.subjectKeys, index);
    await generateAttempts(
      database,
      scale,
      async (month) => {
        const at = startOfMonth(month);
        const columns = await seals.columnsOf(
          Array.from({ length: ADDRESSES }, (_, n) => {
            const clientAddress = parseIpAddress(`203.0.${n % 16}.${n}`);
            return { contract: contractNumber(0), at, origin: { clientAddress } };
          }),
        );
        return {
          sealed: columns.map(([, sealed]) => sealed!),
          addresses: columns.map(([, , address]) => address!),
          networks: columns.map(([, , , network]) => network!),
        };
      },
      (line) => void process.stderr.write(`${line}\n`),
    );
    const looked = await pages(database, index, scale.contracts);
    const verified = await verifications(database, store);
    const nextMonth = { now: () => startOfMonth(addMonths(LAST_MONTH, 1)) };
    const months = new AttemptMonths(database, seals, nextMonth, MONTHS - 1, pino({ level: 'error' }));
    const drop = await secondsOf(() => months.keep());
    const perMonth = Math.ceil(scale.attempts / MONTHS);
    const dropped: Figure = {
      name: 'attempts of a month dropped with their keys',
      rate: perMonth / drop,
      limit: perMonth,
      unit: 'attempts',
      limitIs: 'a month in a second',
      note: `${drop.toFixed(2)} s`,
    };
    return [...looked, verified, dropped];
  });
}
