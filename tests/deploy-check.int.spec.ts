import { beforeAll, describe, expect, it } from '@jest/globals';
import { usageLedger } from '@smartkey/billing-service';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Manifest = Record<string, unknown>;

/** A program with its Service, settings and policies, as small as the checks let pass. */
function sound(change: { readonly [what: string]: unknown } = {}): Manifest[] {
  const labels = { app: 'billing' };
  const set = {
    url: 'http://billing:3000',
    brokers: 'kafka:9092',
    selector: labels,
    port: 'http',
    lets: labels,
    group: `usage-ledger.v${usageLedger.version}`,
    most: 6,
  };
  const { url, brokers, selector, port, lets, group, most, variable, root, replicas } = {
    ...set,
    ...change,
  } as Record<string, unknown>;
  const container = {
    name: 'program',
    args: ['apps/billing/dist/main.js'],
    env: [{ name: variable ?? 'PORT', value: '3000' }],
    envFrom: [{ configMapRef: { name: 'settings' } }],
    ports: [{ name: 'http', containerPort: 3000 }],
    readinessProbe: { httpGet: { path: '/health/ready', port } },
    securityContext: {
      readOnlyRootFilesystem: root ?? true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
    resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } },
  };
  const pod = {
    metadata: { labels },
    spec: {
      serviceAccountName: 'smartkey',
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [container],
    },
  };
  const policy = (name: string, spec: object): Manifest => ({
    kind: 'NetworkPolicy',
    metadata: { name },
    spec,
  });
  return [
    { kind: 'ServiceAccount', metadata: { name: 'smartkey' } },
    {
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
      data: {
        DATABASE_URL: 'postgres://database/smartkey',
        KAFKA_BROKERS: brokers,
        SMARTKEY_KEY_FILE: '/keys.json',
        SMARTKEY_CONTRACT_URL: 'http://billing:3000',
        SMARTKEY_DEVICE_REGISTRY_URL: 'http://billing:3000',
        SMARTKEY_AUTHENTICATION_URL: url,
        SMARTKEY_KAFKA_PARTITIONS: '6',
        SMARTKEY_TOPIC_PREFIX: 'smartkey',
      },
    },
    {
      kind: 'Deployment',
      metadata: { name: 'billing' },
      spec: { replicas, selector: { matchLabels: labels }, template: pod },
    },
    {
      kind: 'Service',
      metadata: { name: 'billing' },
      spec: { selector, ports: [{ port: 3000, targetPort: 'http' }] },
    },
    policy('default-deny', { podSelector: {} }),
    policy('billing', {
      podSelector: { matchLabels: labels },
      ingress: [{ from: [{ podSelector: { matchLabels: lets } }] }],
      egress: [{ to: [{ podSelector: { matchLabels: labels } }] }],
    }),
    {
      kind: 'ScaledObject',
      metadata: { name: 'billing' },
      spec: {
        scaleTargetRef: { name: 'billing' },
        maxReplicaCount: most,
        triggers: [
          {
            type: 'kafka',
            metadata: {
              topic: 'smartkey.contract',
              consumerGroup: `smartkey.billing.billing.${String(group)}`,
            },
          },
        ],
      },
    },
  ];
}

const EXPOSITION = `# TYPE smartkey_http_request_duration_seconds histogram
smartkey_http_request_duration_seconds_count{service="billing",route="/v1/invoices"} 1
# TYPE smartkey_parked_streams gauge
`;

const broken: readonly [what: string, change: object, found: RegExp][] = [
  [
    'a setting that no program reads',
    { variable: 'SMARTKEY_PROT' },
    /sets SMARTKEY_PROT, which no program reads/,
  ],
  [
    'a setting that its program refuses',
    { brokers: 'kafka' },
    /would not start: KAFKA_BROKERS must be host:port/,
  ],
  ['a probe at a port that is not there', { port: 'web' }, /readinessProbe at a port that it has not/],
  ['a Service that selects nothing', { selector: { app: 'biling' } }, /Service billing selects nothing/],
  [
    'an address that is no Service',
    { url: 'http://biling:3000' },
    /leads to biling:3000, which is no Service/,
  ],
  [
    'a way out that nobody lets in',
    { lets: { app: 'other' } },
    /may send to billing, which does not let it in/,
  ],
  ['a container that may write to its root', { root: false }, /not confined as the restricted profile/],
  [
    'a group of a projection’s former version',
    { group: 'usage-ledger.v0' },
    /looks at the group .*v0; billing has .*usage-ledger\.v[1-9]/,
  ],
  ['more consumers than partitions', { most: 7 }, /up to 7 replicas, but topics have 6 partitions/],
  ['an autoscaler over a fixed number', { replicas: 2 }, /at odds with a fixed number of replicas/],
];

const expressions: readonly [what: string, expression: string, found: RegExp | undefined][] = [
  [
    'a histogram’s count by its labels',
    'sum(rate(smartkey_http_request_duration_seconds_count{route!~"/health/.*"}[5m]))',
    undefined,
  ],
  [
    'what a rule records, and what Prometheus adds',
    'smartkey:lag:max > 30 or up{job="smartkey"} == 0',
    undefined,
  ],
  ['a metric without samples yet', 'smartkey_parked_streams{projection="documents"}', undefined],
  [
    'a metric that nobody shows',
    'smartkey_parked_stream > 0',
    /smartkey_parked_stream, which no program shows/,
  ],
  [
    'a label that a metric has not',
    'smartkey_http_request_duration_seconds_count{path="/"}',
    /the label path of/,
  ],
  ['what is no PromQL', 'sum by (service (smartkey_parked_streams)', /cannot be read/],
];

describe('the check of the deployment', () => {
  let found: { readonly manifests: readonly string[][]; readonly expressions: readonly string[][] };
  beforeAll(() => {
    const script = fileURLToPath(new URL('support/check-deployment.mjs', import.meta.url));
    const input = JSON.stringify({
      manifests: [sound(), ...broken.map(([, change]) => sound(change as Record<string, unknown>))],
      expressions: expressions.map(([, expression]) => expression),
      exposition: EXPOSITION,
    });
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { input, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    found = JSON.parse(stdout) as typeof found;
  });

  it('lets sound manifests pass', () => {
    expect(found.manifests[0]).toEqual([]);
  });

  it.each(broken.map(([what, , fault], index) => [what, fault, index + 1] as const))(
    'finds %s',
    (_what, fault, index) => {
      expect(found.manifests[index]).toContainEqual(expect.stringMatching(fault));
    },
  );

  it.each(expressions.map(([what, , fault], index) => [what, fault, index] as const))(
    'reads %s',
    (_what, fault, index) => {
      if (fault === undefined) expect(found.expressions[index]).toEqual([]);
      else expect(found.expressions[index]).toContainEqual(expect.stringMatching(fault));
    },
  );
});
