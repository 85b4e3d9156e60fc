// What manifests say of one another: names, labels, ports, keys.
import { PROGRAMS } from '../programs.mjs';
import { knownVariables, refusalOf, surplusOf } from './programs.mjs';

const selects = (labels, { matchLabels, matchExpressions = [], ...plain } = {}) =>
  Object.entries(matchLabels ?? plain).every(([key, value]) => labels?.[key] === value) &&
  matchExpressions.every(({ key, operator, values }) => operator === 'In' && values.includes(labels?.[key]));
const of = (manifests, kind) => manifests.filter((each) => each.kind === kind);
const podOf = (workload) => workload.spec.template;

export async function checkLinks(manifests, fault) {
  const known = await knownVariables();
  const workloads = manifests.filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind));
  const held = new Map(
    manifests
      .filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret')
      .map(({ kind, metadata, data }) => [`${kind} ${metadata.name}`, data ?? {}]),
  );
  for (const workload of workloads) {
    const say = (what) => fault(`${workload.kind} ${workload.metadata.name} ${what}`);
    const { spec } = podOf(workload);
    if (workload.kind !== 'Job' && !selects(podOf(workload).metadata.labels, workload.spec.selector))
      say('does not select its own pods');
    if (of(manifests, 'ServiceAccount').every(({ metadata }) => metadata.name !== spec.serviceAccountName))
      say(`runs as ${spec.serviceAccountName}, which is not there`);
    const claimed = workload.spec.volumeClaimTemplates ?? [];
    for (const { configMap, persistentVolumeClaim, name } of spec.volumes ?? []) {
      if (configMap !== undefined && !held.has(`ConfigMap ${configMap.name}`))
        say(`mounts the map ${configMap.name} as ${name}, which is not there`);
      const claim = persistentVolumeClaim?.claimName;
      if (
        claim !== undefined &&
        !of(manifests, 'PersistentVolumeClaim').some((each) => each.metadata.name === claim)
      )
        say(`mounts the claim ${claim}, which is not there`);
    }
    for (const container of spec.containers) {
      checkContainer(container, { ...spec, claimed }, { known, held, say });
      const environment = environmentOf(container, held);
      await checkStart(container, environment, say);
      checkSending(podOf(workload), container, environment, say);
    }
  }
  for (const { kind, metadata, data } of manifests)
    if (kind === 'ConfigMap')
      for (const variable of Object.keys(data))
        // A file has an ending, a variable has none.
        if (!variable.includes('.') && !known.has(variable))
          fault(`${metadata.name} sets ${variable}, which no program reads`);
  checkServices(manifests, workloads, fault);
  checkNetwork(manifests, workloads, fault);
}

/** Where one variable comes from: a key of a map of settings or of a secret. */
function sourceOf({ secretKeyRef, configMapKeyRef } = {}) {
  if (secretKeyRef !== undefined) return { ...secretKeyRef, from: `Secret ${secretKeyRef.name}` };
  if (configMapKeyRef !== undefined) return { ...configMapKeyRef, from: `ConfigMap ${configMapKeyRef.name}` };
  return undefined;
}

function checkContainer(container, spec, { known, held, say }) {
  const [, program] = /^apps\/([\w-]+)\/dist\/main\.js$/.exec(container.args[0]) ?? [];
  if (!PROGRAMS.includes(program)) say(`starts ${container.args[0]}, which the image has not`);
  for (const { name, valueFrom } of container.env ?? []) {
    if (!known.has(name)) say(`sets ${name}, which no program reads`);
    const { from, key, optional } = sourceOf(valueFrom) ?? { optional: true };
    if (optional !== true && held.get(from)?.[key] === undefined)
      say(`wants ${key} of ${from}, which is not there`);
  }
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    const from = configMapRef === undefined ? `Secret ${secretRef.name}` : `ConfigMap ${configMapRef.name}`;
    const values = held.get(from);
    if (values === undefined) say(`takes its environment from ${from}, which is not there`);
    for (const name of Object.keys(values ?? {}))
      if (!known.has(name)) say(`is given ${name}, which no program reads`);
  }
  const ports = new Set((container.ports ?? []).map(({ name }) => name));
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'])
    if (container[probe] !== undefined && !ports.has(container[probe].httpGet.port))
      say(`is asked by its ${probe} at a port that it has not`);
  const volumes = new Set([
    ...(spec.volumes ?? []).map(({ name }) => name),
    ...spec.claimed.map(({ metadata }) => metadata.name),
  ]);
  for (const { name } of container.volumeMounts ?? [])
    if (!volumes.has(name)) say(`mounts ${name}, which is not there`);
  const secured = container.securityContext;
  // The restricted profile of pod security, which the namespaces enforce.
  if (
    secured?.readOnlyRootFilesystem !== true ||
    secured.allowPrivilegeEscalation !== false ||
    !secured.capabilities?.drop?.includes('ALL') ||
    spec.securityContext?.runAsNonRoot !== true ||
    spec.securityContext.seccompProfile?.type !== 'RuntimeDefault'
  )
    say('is not confined as the restricted profile wants it');
  if (container.resources?.requests?.cpu === undefined || container.resources.limits?.memory === undefined)
    say('asks for no processor, or has no limit of memory');
}

const PLACEHOLDER = 'replace-me';

/** What a program is told; a secret that is to be filled stands for a filled one. */
function environmentOf(container, held) {
  const valuesOf = (from) => {
    const entries = Object.entries(held.get(from) ?? {});
    if (!from.startsWith('Secret ')) return Object.fromEntries(entries);
    return Object.fromEntries(
      entries.map(([key, value]) => {
        const text = Buffer.from(value, 'base64').toString();
        // Some are refused for being short, as a placeholder should be: here it stands for a filled one.
        return [key, text === PLACEHOLDER ? `${PLACEHOLDER}-by-something-hard-to-guess` : text];
      }),
    );
  };
  const environment = {};
  for (const { configMapRef, secretRef } of container.envFrom ?? [])
    Object.assign(
      environment,
      valuesOf(configMapRef === undefined ? `Secret ${secretRef.name}` : `ConfigMap ${configMapRef.name}`),
    );
  for (const { name, value, valueFrom } of container.env ?? []) {
    const { from, key } = sourceOf(valueFrom) ?? {};
    const given = value ?? (from === undefined ? undefined : valuesOf(from)[key]);
    if (given !== undefined) environment[name] = given;
  }
  return environment;
}

/** That the program takes the settings it is given; secrets are placeholders, and keys are not looked at. */
async function checkStart(container, environment, say) {
  const [, program] = /^apps\/([\w-]+)\//.exec(container.args[0]);
  for (const name of surplusOf(program, environment)) say(`is given ${name}, which it must not have`);
  const refusal = await refusalOf(program, environment);
  if (refusal !== undefined) say(`would not start: ${refusal}`);
}

/** That mails have somewhere to go: a server, or a folder that can be written to; else they would wait for ever. */
function checkSending({ metadata }, { volumeMounts = [] }, environment, say) {
  if (metadata.labels['smartkey/sends-mail'] !== 'true') return;
  const { SMARTKEY_SMTP_URL: server = '', SMARTKEY_DATA_DIR: folder = '' } = environment;
  const isWritable = volumeMounts.some(
    ({ mountPath, readOnly }) =>
      readOnly !== true && (folder === mountPath || folder.startsWith(`${mountPath}/`)),
  );
  if (server === '' && !isWritable)
    say('has neither a mail server nor a data folder that it can lay mails into');
}

function checkServices(manifests, workloads, fault) {
  const services = new Map(of(manifests, 'Service').map((service) => [service.metadata.name, service]));
  for (const [name, { spec }] of services) {
    const [pod] = workloads.map(podOf).filter(({ metadata }) => selects(metadata.labels, spec.selector));
    if (pod === undefined) {
      fault(`Service ${name} selects nothing`);
      continue;
    }
    const ports = pod.spec.containers.flatMap((container) => container.ports ?? []).map((port) => port.name);
    for (const { targetPort } of spec.ports)
      if (!ports.includes(targetPort))
        fault(`Service ${name} leads to the port ${targetPort}, which its pods have not`);
  }
  for (const { metadata, data } of of(manifests, 'ConfigMap'))
    for (const [variable, value] of Object.entries(data)) {
      if (
        !/^SMARTKEY_(CONTRACT|DEVICE_REGISTRY|AUTHENTICATION|BILLING|GATEWAY|PORTAL|WITNESS)_URL$/.test(
          variable,
        )
      )
        continue;
      const { hostname, port } = new URL(value);
      if (services.get(hostname)?.spec.ports.some((each) => String(each.port) === port) !== true)
        fault(`${metadata.name}: ${variable} leads to ${hostname}:${port}, which is no Service`);
    }
  for (const { metadata, spec } of of(manifests, 'Ingress'))
    for (const { backend } of spec.rules.flatMap(({ http }) => http.paths))
      if (!services.has(backend.service.name))
        fault(`Ingress ${metadata.name} leads to ${backend.service.name}, which is no Service`);
  checkPublicUrl(manifests, fault);
  for (const kind of ['PodDisruptionBudget'])
    for (const { metadata, spec } of of(manifests, kind))
      if (!workloads.some((each) => selects(podOf(each).metadata.labels, spec.selector)))
        fault(`${kind} ${metadata.name} selects nothing`);
}

/** Links and cookies are told by the public URL alone: an ingress under another name would lead to pages that refuse. */
function checkPublicUrl(manifests, fault) {
  const settings = Object.assign({}, ...of(manifests, 'ConfigMap').map(({ data }) => data));
  for (const { metadata, spec } of of(manifests, 'Ingress'))
    for (const { host, http } of spec.rules)
      if (
        http.paths.some(({ path }) => path === '/portal') &&
        settings.SMARTKEY_PUBLIC_URL !== `https://${host}`
      )
        fault(`Ingress ${metadata.name} serves the pages at ${host}, not at SMARTKEY_PUBLIC_URL`);
}

/** Every pod of ours that a policy names must be there, and whoever may send to another must be let in there. */
function checkNetwork(manifests, workloads, fault) {
  const policies = of(manifests, 'NetworkPolicy');
  if (
    !policies.some(({ spec }) => Object.keys(spec.podSelector).length === 0 && !spec.ingress && !spec.egress)
  )
    fault('no policy denies what is not allowed');
  const pods = workloads.map((workload) => ({
    name: workload.metadata.name,
    labels: podOf(workload).metadata.labels,
  }));
  const peersOf = (pod, direction, side) =>
    policies
      .filter(({ spec }) => selects(pod.labels, spec.podSelector))
      .flatMap(({ spec }) => (spec[direction] ?? []).flatMap((rule) => rule[side] ?? []))
      .filter(
        ({ podSelector, namespaceSelector }) => podSelector !== undefined && namespaceSelector === undefined,
      );
  for (const { metadata, spec } of policies)
    if (
      Object.keys(spec.podSelector).length > 0 &&
      !pods.some(({ labels }) => selects(labels, spec.podSelector))
    )
      fault(`NetworkPolicy ${metadata.name} selects nothing`);
  for (const from of pods)
    for (const to of pods) {
      const sends = peersOf(from, 'egress', 'to').some(({ podSelector }) => selects(to.labels, podSelector));
      const lets = peersOf(to, 'ingress', 'from').some(({ podSelector }) =>
        selects(from.labels, podSelector),
      );
      if (sends !== lets)
        fault(
          `network: ${from.name} ${sends ? 'may' : 'may not'} send to ${to.name}, which ${lets ? 'lets' : 'does not let'} it in`,
        );
    }
}
