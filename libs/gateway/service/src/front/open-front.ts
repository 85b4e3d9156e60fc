import { SERVICES } from '@smartkey/event-bus';
import { readJson } from '@smartkey/http';
import { instantOf } from '@smartkey/kernel';
import { databaseHealth } from '@smartkey/runtime';
import type { FastifyInstance } from 'fastify';
import type { GatewayParts, ServiceOwners } from '../gateway-parts.ts';
import { openFingerprintKey } from '../gateway-secrets.ts';
import { Fingerprints } from '../idempotency/fingerprint.ts';
import { IdempotencyStore } from '../idempotency/idempotency-store.ts';
import { Idempotency } from '../idempotency/idempotency.ts';
import { startPurge } from '../idempotency/purge.ts';
import type { CallerIdentities } from '../identification/identities.ts';
import { Signatories } from '../keys/signatories.ts';
import type { LogIncarnations } from '../losses/log-incarnations.ts';
import { AttemptLimit } from '../limits/attempt-limit.ts';
import { FailureBudgets } from '../limits/failure-budget.ts';
import { TokenBuckets } from '../limits/token-buckets.ts';
import { readOpenApiDocument } from '../openapi/document.ts';
import { documentedMethods } from '../openapi/documented-methods.ts';
import { Openings } from '../openings/openings.ts';
import { Dispatch } from './dispatch.ts';
import { createFront } from './front.ts';
import { Gate } from './gate.ts';
import { servePage } from './page.ts';
import { Visitors } from './visitors.ts';

/** What the front is made from, beside the gateway's parts. */
export interface EdgeParts {
  readonly identities: CallerIdentities;
  readonly owners: ServiceOwners;
  readonly answers: IdempotencyStore;
  readonly openings: Openings;
  readonly incarnations: LogIncarnations;
  /** Called once a device was confirmed, and once personal data were erased. */
  readonly onConfirmed: () => void;
  readonly onErased: () => void;
}

/** The part at the edge, before the services and the gateway's own routes. */
export async function openFront(
  parts: GatewayParts,
  { identities, owners, answers, openings, incarnations, onConfirmed, onErased }: EdgeParts,
): Promise<FastifyInstance> {
  const { settings, database, internalToken, log, metrics } = parts;
  const { keys, sessions, identifier, attempts, links, challenges, publicUrl, userLinks, userSessions } =
    identities;
  if (parts.alone === true) await answers.forgetUnfinished();
  const times = { patience: 3_000, lease: settings.upstreamTimeout + 5_000 };
  const idempotency = new Idempotency(answers, times, log);
  const document = await readOpenApiDocument();
  const front = createFront({
    settings,
    gate: new Gate(
      identifier,
      new TokenBuckets(settings.ratePerSecond, settings.rateBurst),
      new TokenBuckets(settings.failedKeysPerMinute / 60, settings.failedKeysBurst),
      new Visitors(settings.visitorToken),
    ),
    dispatch: new Dispatch({
      owners,
      idempotency,
      fingerprints: new Fingerprints(await openFingerprintKey(database, parts.secretBox)),
      attempts: new AttemptLimit(
        new FailureBudgets({
          burst: settings.failedAuthenticationsBurst,
          secondsPerFailure: settings.failedAuthenticationsSeconds,
          successesPerFailure: settings.failedAuthenticationsSuccesses,
        }),
      ),
      readJson,
      internalToken,
      signatories: new Signatories(database, keys),
      onConfirmed,
      onErased,
      openings,
      incarnations,
    }),
    methodsOf: documentedMethods(document),
    portal:
      settings.portalUrl === undefined
        ? undefined
        : { url: settings.portalUrl, publicUrl: () => publicUrl.origin },
    log,
    metrics,
    health: [
      databaseHealth(database),
      ...SERVICES.map((name) => ({ name, check: (late: AbortSignal) => owners[name].ready(late) })),
    ],
  });
  servePage(front, document);
  front.addHook('onClose', () => idempotency.close());
  front.addHook(
    'onClose',
    startPurge(
      [
        { purge: () => answers.purge(instantOf(Date.now())) },
        sessions,
        attempts,
        links,
        challenges,
        userLinks,
        userSessions,
      ],
      log,
    ),
  );
  return front;
}
