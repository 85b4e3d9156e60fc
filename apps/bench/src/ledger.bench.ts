import type { Instant } from '@smartkey/kernel';
import type { ServiceName } from '@smartkey/event-bus';
import { whileOpen } from '@smartkey/lifecycle';
import { runInNewContext } from 'node:vm';
import { bareCloseSeconds, bareCountRate, bareLedger, bareSpellRate } from './bare-ledger.ts';
import { BillingClient } from './billing-client.ts';
import { generatedBilling } from './generated-billing.ts';
import { GeneratedFeed, type Spoken } from './generated-feed.ts';
import { generatedPeers } from './generated-peers.ts';
import { type Figure, type Load, loadOf } from './measure.ts';
import { withScratchServer } from './scratch.ts';
import {
  ANSWERED_END,
  ANSWERED_MONTH,
  authenticationSays,
  contractSays,
  LATE_END,
  LATE_MONTH,
  type LedgerScale,
  LOOKED_END,
  LOOKED_MONTH,
  MONTH,
  NEXT_END,
  NEXT_MONTH,
  NOW,
  registrySays,
} from './spoken-logs.ts';

/** Of the heap, what is in use. (`main.ts` has exposed the collector.) */
function megabytes(): number {
  (runInNewContext('gc') as () => void)();
  return Math.round(process.memoryUsage().heapUsed / 1e6);
}

/** Projection, rebuild and close of the whole billing service over logs of any length, with bare SQL beside each. */
export function ledgerBench(scale: LedgerScale): Promise<Figure[]> {
  return withScratchServer((server) =>
    whileOpen(async (closers) => {
      const bare = await server.database('bare');
      let now: Instant = NOW;
      const feed = (source: ServiceName, length: number, say: (n: number) => Spoken) =>
        new GeneratedFeed(source, length, say, () => now);
      const sources = {
        contract: feed('contract', scale.contracts * 4, contractSays),
        'device-registry': feed('device-registry', scale.accounts, registrySays(scale)),
        authentication: feed('authentication', 0, authenticationSays(scale)),
      };
      const billing = await generatedBilling(closers, server, () => now, sources);
      await generatedPeers(closers, billing.peers, sources);
      const service = await billing.make({ SMARTKEY_RENDERING: 'on-demand' });
      closers.add('the service', () => service.stop());
      closers.add('its routes', () => service.stopListening());
      const api = new BillingClient(service, billing.token);
      const load = (work: () => Promise<unknown>) => loadOf(server, work);
      const registrations = await load(async () => {
        await service.run();
        await api.projected('device-registry', sources['device-registry'].end);
        await api.projected('contract', sources.contract.end);
      });
      // What other readers have not come to yet would weigh on all that follows.
      await api.caughtUp(sources);
      await bareLedger(bare);
      const bareSpells = await bareSpellRate(bare, scale);
      const counted = await load(async () => {
        sources.authentication.growTo(scale.successes);
        await api.projected('authentication', sources.authentication.end);
      });
      const bareCounts = await bareCountRate(bare, scale);
      const close = await load(() => api.close(MONTH, scale.contracts));
      const limit = await bareCloseSeconds(bare);
      const events = scale.accounts + scale.successes + scale.contracts * 4;
      const rebuild = await load(() => api.rebuild('usage-ledger'));
      const bareRebuild =
        events / (scale.accounts / bareSpells + (scale.successes + scale.contracts * 4) / bareCounts);
      const memory = `heap ${megabytes()} MB`;
      const monthEnds = async (instant: Instant): Promise<void> => {
        now = instant;
        for (const source of Object.values(sources)) source.timePassed();
        await api.complete(Object.keys(sources), instant);
      };
      await monthEnds(NEXT_END);
      const plain = await load(() => api.close(NEXT_MONTH, scale.contracts));
      const plainMemory = megabytes();
      sources['device-registry'].growTo(scale.accounts + scale.contracts);
      await api.caughtUp(sources);
      await monthEnds(LATE_END);
      const late = await load(() => api.close(LATE_MONTH, scale.contracts));
      const lateMemory = megabytes();
      await monthEnds(LOOKED_END);
      await api.close(LOOKED_MONTH, scale.contracts);
      await monthEnds(ANSWERED_END);
      const answered = await load(() => api.close(ANSWERED_MONTH, scale.contracts));
      const figure = (
        name: string,
        unit: string,
        units: number,
        own: Load,
        [limit, limitIs]: readonly [number, string],
        note?: string,
      ): Figure => ({
        name,
        unit,
        rate: units / own.seconds,
        limit,
        limitIs,
        load: own,
        ...(note && { note }),
      });
      const { contracts } = scale;
      const perPlain = contracts / plain.seconds;
      const heaps = `heap ${plainMemory} MB before, ${lateMemory} MB after`;
      return [
        figure('projection of registrations', 'events', scale.accounts, registrations, [
          bareSpells,
          'bare batched upsert',
        ]),
        figure('projection of successes', 'events', scale.successes, counted, [
          bareCounts,
          'bare batched upsert',
        ]),
        figure(
          `close of ${scale.accounts.toLocaleString('en')} IDs, ${contracts.toLocaleString('en')} contracts`,
          'contracts',
          contracts,
          close,
          [contracts / limit.all, 'bare aggregate, roots and inserts of the same rows'],
          `${memory}; without roots the limit is ${Math.round(contracts / (limit.all - limit.roots))}`,
        ),
        figure(
          `close with one late fact for each of ${contracts.toLocaleString('en')} contracts`,
          'contracts',
          contracts,
          late,
          [perPlain, 'the close of the month before, without any'],
          heaps,
        ),
        figure('close once these late facts are answered', 'contracts', contracts, answered, [
          perPlain,
          'the close before there were any',
        ]),
        figure(
          `rebuild of the ledger from ${events.toLocaleString('en')} events`,
          'events',
          events,
          rebuild,
          [bareRebuild, 'bare batched upserts'],
        ),
      ];
    }, 60_000),
  );
}
