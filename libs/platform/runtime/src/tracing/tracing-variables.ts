import { SAMPLERS, type SamplerName, type TracingSettings } from '@smartkey/tracing';
import { readable } from '@smartkey/lifecycle';
import {
  ConfigurationError,
  type Environment,
  choiceSetting,
  setting,
  urlSetting,
  wholeNumber,
} from '@smartkey/configuration';

const HTTP = ['http:', 'https:'];
const MOST_MILLIS = 600_000;

/**
 * What the standard `OTEL_*` variables say of tracing.
 * @returns `undefined` where no collector is named, or tracing is switched off by `OTEL_SDK_DISABLED=true` or
 *   `OTEL_TRACES_EXPORTER=none`.
 * @throws ConfigurationError
 */
export function tracingSettings(env: Environment): TracingSettings | undefined {
  const url = collectorUrl(env);
  if (url === undefined || switchedOff(env)) return undefined;
  demandJson(env);
  const serviceName = setting(env, 'OTEL_SERVICE_NAME');
  const { 'service.name': named, ...attributes } = pairs(env, 'OTEL_RESOURCE_ATTRIBUTES');
  const name = serviceName ?? named;
  return {
    url,
    headers: {
      ...pairs(env, 'OTEL_EXPORTER_OTLP_HEADERS'),
      ...pairs(env, 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'),
    },
    timeoutMillis: millis(env, forTraces(env, 'TIMEOUT'), 10_000),
    compression: choiceSetting(env, forTraces(env, 'COMPRESSION'), ['none', 'gzip'], 'none'),
    ...(name === undefined ? {} : { serviceName: name }),
    attributes,
    sampler: choiceSetting(env, 'OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on'),
    ratio: ratioSetting(env),
    queue: queueSettings(env),
  };
}

function collectorUrl(env: Environment): string | undefined {
  const traces = urlSetting(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', HTTP);
  if (traces !== undefined) return traces;
  const base = urlSetting(env, 'OTEL_EXPORTER_OTLP_ENDPOINT', HTTP);
  return base === undefined ? undefined : `${base}/v1/traces`;
}

function switchedOff(env: Environment): boolean {
  const exporter = choiceSetting(env, 'OTEL_TRACES_EXPORTER', ['otlp', 'none'], 'otlp');
  const disabled = choiceSetting(env, 'OTEL_SDK_DISABLED', ['true', 'false'], 'false');
  return exporter === 'none' || disabled === 'true';
}

/** The one form of OTLP that is spoken here. @throws ConfigurationError */
function demandJson(env: Environment): void {
  choiceSetting(env, forTraces(env, 'PROTOCOL'), ['http/json'], 'http/json');
}

/** The variable for traces where it is set, else the one for all signals. */
function forTraces(env: Environment, name: string): string {
  const traces = `OTEL_EXPORTER_OTLP_TRACES_${name}`;
  return setting(env, traces) === undefined ? `OTEL_EXPORTER_OTLP_${name}` : traces;
}

const millis = (env: Environment, name: string, otherwise: number): number =>
  wholeNumber(env, name, otherwise, { least: 1, most: MOST_MILLIS });

function ratioSetting(env: Environment): number {
  const sampler = setting(env, 'OTEL_TRACES_SAMPLER') as SamplerName | undefined;
  const byRatio = sampler === 'traceidratio' || sampler === 'parentbased_traceidratio';
  const text = byRatio ? setting(env, 'OTEL_TRACES_SAMPLER_ARG') : undefined;
  if (text === undefined) return 1;
  const ratio = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || ratio > 1)
    throw new ConfigurationError('OTEL_TRACES_SAMPLER_ARG', `must be a number from 0 to 1, not "${text}"`);
  return ratio;
}

/** `name=value` between commas, percent-coded. The text may hold a secret: it is not told back. */
function pairs(env: Environment, variable: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const pair of setting(env, variable)?.split(',') ?? []) {
    const [name, value] = decodedPair(pair);
    if (name === undefined || value === undefined)
      throw new ConfigurationError(
        variable,
        'must be name=value, or several between commas, special characters percent-coded',
      );
    result[name] = value;
  }
  return result;
}

function decodedPair(pair: string): readonly [name?: string, value?: string] {
  const match = /^\s*([^\s=]+)\s*=\s*(.*?)\s*$/.exec(pair);
  if (match === null) return [];
  const pairOf = () => [decodeURIComponent(match[1]!), decodeURIComponent(match[2]!)] as const;
  return readable(pairOf, 'URIError') ?? [];
}

function queueSettings(env: Environment): TracingSettings['queue'] {
  const most = wholeNumber(env, 'OTEL_BSP_MAX_QUEUE_SIZE', 2_048, { least: 1, most: 1_000_000 });
  const batch = wholeNumber(env, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', Math.min(512, most), { least: 1, most });
  return { most, batch, delayMillis: millis(env, 'OTEL_BSP_SCHEDULE_DELAY', 5_000) };
}
