import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, type Environment } from '@smartkey/configuration';
import { tracingSettings } from './tracing-variables.ts';

const ON = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
const settings = (env: Environment = {}) => tracingSettings({ ...ON, ...env });

describe('tracing is off', () => {
  it.each<[string, Environment]>([
    ['where no collector is named', { OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'always_on' }],
    ['where the name is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
    ['by OTEL_TRACES_EXPORTER', { ...ON, OTEL_TRACES_EXPORTER: 'none' }],
    ['by OTEL_SDK_DISABLED', { ...ON, OTEL_SDK_DISABLED: 'true' }],
  ])('%s', (_where, env) => expect(tracingSettings(env)).toBeUndefined());
});

describe('the standard variables', () => {
  it('have the standard defaults', () =>
    expect(settings()).toEqual({
      url: 'http://collector:4318/v1/traces',
      headers: {},
      timeoutMillis: 10_000,
      compression: 'none',
      attributes: {},
      sampler: 'parentbased_always_on',
      ratio: 1,
      queue: { most: 2_048, batch: 512, delayMillis: 5_000 },
    }));

  it('for traces go before those for all signals, and their address is taken as it is', () =>
    expect(
      settings({
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces:1/here',
        OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2000',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=x%2Cy%3D, c = 3',
      }),
    ).toMatchObject({
      url: 'https://traces:1/here',
      timeoutMillis: 2_000,
      compression: 'gzip',
      headers: { a: '1', b: 'x,y=', c: '3' },
    }));

  it('name the service and more of the resource', () => {
    const attributes = {
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=by-attribute,deployment.environment.name=eu',
    };
    expect(settings(attributes)).toMatchObject({
      serviceName: 'by-attribute',
      attributes: { 'deployment.environment.name': 'eu' },
    });
    expect(settings({ ...attributes, OTEL_SERVICE_NAME: 'by-name' })!.serviceName).toBe('by-name');
  });

  it('choose the sampler; its argument counts for those by ratio', () => {
    const ARG = { OTEL_TRACES_SAMPLER_ARG: '0.05' };
    expect(settings({ ...ARG, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' })).toMatchObject({
      sampler: 'parentbased_traceidratio',
      ratio: 0.05,
    });
    expect(settings({ ...ARG, OTEL_TRACES_SAMPLER: 'always_on' })!.ratio).toBe(1);
  });

  it('bound the queue', () =>
    expect(settings({ OTEL_BSP_MAX_QUEUE_SIZE: '100', OTEL_BSP_SCHEDULE_DELAY: '50' })!.queue).toEqual({
      most: 100,
      batch: 100,
      delayMillis: 50,
    }));

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://collector'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/protobuf'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', 'soon'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'no pair'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '0'],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '4096'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => settings({ [name]: value })).toThrow(ConfigurationError);
    expect(() => settings({ [name]: value })).toThrow(new RegExp(`^${name} must`));
  });

  it.each(['-0.1', '1.5', 'half', ''])('a ratio of "%s" is no ratio', (ratio) => {
    const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: ratio };
    if (ratio === '') expect(settings(env)!.ratio).toBe(1);
    else expect(() => settings(env)).toThrow(/^OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1/);
  });

  it('do not tell back what may be a secret', () => {
    const env = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%ZZ-the-secret' };
    expect(() => settings(env)).toThrow(/^OTEL_EXPORTER_OTLP_HEADERS must be name=value(?!.*secret)/);
  });
});
