// What the programs themselves know: their settings, their metrics, their consumer groups.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { filesBelow, textOf } from './yaml-files.mjs';

/** A module as it was built. */
export const built = (path) => import(new URL(`../../${path}`, import.meta.url).href);

export const SERVICES = ['contract', 'device-registry', 'authentication', 'billing'];

/** Read by Node itself. */
const BY_NODE = ['NODE_ENV', 'NODE_OPTIONS'];

/** Names of all environment variables that some program reads. */
export async function knownVariables() {
  const { urlVariable, instancesVariable } = await built('libs/platform/runtime/dist/index.js');
  const named = ['apps', 'libs']
    .flatMap((folder) => filesBelow(folder, '.ts'))
    .filter((file) => !/\.(spec|fixture)\.ts$|node_modules|\/dist\//.test(file))
    .flatMap(
      (file) =>
        textOf(file).match(/\b((?:SMARTKEY|EVENTSTORE|OTEL)_[A-Z_]+|KAFKA_BROKERS|DATABASE_URL|PORT)\b/g) ??
        [],
    );
  return new Set([
    ...BY_NODE,
    ...named,
    ...SERVICES.flatMap((service) => [urlVariable(service), instancesVariable(service)]),
  ]);
}

/**
 * What a program says of an environment when it reads its settings.
 * @returns its sentence, which names the variable; `undefined` where it would start.
 */
export async function refusalOf(program, environment) {
  const runtime = await built('libs/platform/runtime/dist/index.js');
  const kafka = await built('libs/platform/kafka/dist/offline.js');
  try {
    if (program === 'cli') {
      kafka.topicPlan(environment, 1);
      kafka.kafkaSettings(environment, program);
      return undefined;
    }
    if (program === 'witness') {
      const { witnessSettings } = await built('apps/witness/dist/run-witness.js');
      runtime.listeningSettings(environment);
      runtime.commonSettings(environment);
      witnessSettings(environment);
      return undefined;
    }
    if (program === 'portal') {
      const { readPortalSettings } = await built('libs/portal/service/dist/index.js');
      runtime.listeningSettings(environment);
      runtime.commonSettings(environment);
      return readPortalSettings(environment).token === undefined
        ? 'SMARTKEY_VISITOR_TOKEN is missing'
        : undefined;
    }
    runtime.serviceSettings(environment, program);
    if (program === 'gateway') {
      const { readGatewaySettings } = await built('libs/gateway/service/dist/index.js');
      const { operatorKey, portalUrl, visitorToken, publicUrl } = readGatewaySettings(environment);
      if (operatorKey === undefined) return 'SMARTKEY_OPERATOR_KEY is missing';
      // Elsewhere than at home, the pages are a process of their own.
      if (portalUrl === undefined) return 'SMARTKEY_PORTAL_URL is missing';
      if (visitorToken === undefined) return 'SMARTKEY_VISITOR_TOKEN is missing';
      if (publicUrl === undefined) return 'SMARTKEY_PUBLIC_URL is missing';
    } else if (kafka.kafkaSettings(environment, program) === undefined) return 'KAFKA_BROKERS is missing';
    return undefined;
  } catch (error) {
    if (error.name !== 'ConfigurationError') throw error;
    return error.message;
  }
}

/** All that the pages are told (docs/portal.md). */
const OF_THE_PORTAL = new Set([
  ...BY_NODE,
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'PORT',
  'SMARTKEY_CLOCK',
  'SMARTKEY_CSV_LIMIT',
  'SMARTKEY_GATEWAY_URL',
  'SMARTKEY_HOST',
  'SMARTKEY_LOG_LEVEL',
  'SMARTKEY_PUBLIC_URL',
  'SMARTKEY_VISITOR_TOKEN',
]);

/** All that a witness is told: it shares nothing with the system that it looks at. */
const OF_THE_WITNESS = new Set([
  ...BY_NODE,
  'PORT',
  'SMARTKEY_HOST',
  'SMARTKEY_LOG_LEVEL',
  'SMARTKEY_WITNESS_DIR',
  'SMARTKEY_WITNESS_LOGS',
  'SMARTKEY_WITNESS_NAME',
]);

const TOLD = { portal: OF_THE_PORTAL, witness: OF_THE_WITNESS };

/** What a program is given that it must not have: pages and witness open no store and no topic, and hold no key of the system. */
export const surplusOf = (program, environment) =>
  program in TOLD ? Object.keys(environment).filter((name) => !TOLD[program].has(name)) : [];

/** The consumer groups that a service's projections have on Kafka, without the topics' prefix, with their sources. */
export async function consumerGroups(service) {
  const definition = Object.values(await built(`libs/${service}/service/dist/index.js`)).find(
    (each) => each?.name === service && Array.isArray(each.projections),
  );
  return new Map(
    definition.projections.map(({ name, version, sources }) => [
      `${service}.${service}.${name}.v${version}`,
      sources.filter((source) => source !== service),
    ]),
  );
}

/**
 * Every metric that a program shows, with the names of its labels: read from the embedded whole as it runs, and from the
 * registry of the part that only Kafka brings.
 */
export async function knownMetrics() {
  const dataDir = await mkdtemp(join(tmpdir(), 'smartkey-deploy-check-'));
  const { startStandalone } = await built('apps/standalone/dist/standalone.js');
  const { KafkaMetrics } = await built('libs/platform/kafka/dist/health/kafka-metrics.js');
  const kafka = new Registry();
  const ofKafka = new KafkaMetrics(kafka, 'contract');
  ofKafka.followRefused(() => ['smartkey.contract']);
  ofKafka.followRelay({
    checkpoints: { read: async () => ({ position: 0n, links: [] }) },
    feed: { read: async () => ({ messages: [], upTo: 0n, settled: 0n }) },
    clock: { now: () => '2018-01-01T00:00:00.000Z' },
  });
  const running = await startStandalone({
    environment: {
      PORT: '0',
      SMARTKEY_DATA_DIR: dataDir,
      SMARTKEY_LOG_LEVEL: 'silent',
      SMARTKEY_OPERATOR_KEY: 'k',
    },
  });
  try {
    // So that requests have been counted.
    await fetch(`${running.url}/health/ready`);
    const text = await (await fetch(`${running.url}/metrics`)).text();
    return metricsIn(`${text}\n${await kafka.metrics()}`);
  } finally {
    await running.stop();
    await rm(dataDir, { recursive: true });
  }
}

/** Names of the series in an exposition, with the labels that were seen on each. */
export function metricsIn(text) {
  const metrics = new Map();
  for (const line of text.split('\n')) {
    const [, name, type] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
    if (name !== undefined)
      for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''])
        metrics.set(name + suffix, new Set());
    const [, series, labels] = /^([a-z_0-9]+)(?:\{(.*)\})? /.exec(line) ?? [];
    for (const [, label] of labels?.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g) ?? [])
      metrics.get(series)?.add(label);
  }
  return metrics;
}
