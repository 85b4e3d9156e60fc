// Autoscalers: what they scale is there, consumers are never more than partitions, and groups are those of the code.
import { consumerGroups } from './programs.mjs';

const of = (manifests, kind) => manifests.filter((each) => each.kind === kind);

export async function checkAutoscaling(manifests, fault) {
  const deployments = new Map(of(manifests, 'Deployment').map((each) => [each.metadata.name, each]));
  const settings = Object.assign({}, ...of(manifests, 'ConfigMap').map(({ data }) => data));
  const partitions = Number(settings.SMARTKEY_KAFKA_PARTITIONS);
  const scaled = new Set();
  for (const { kind, metadata, spec } of [
    ...of(manifests, 'HorizontalPodAutoscaler'),
    ...of(manifests, 'ScaledObject'),
  ]) {
    const target = spec.scaleTargetRef.name;
    const say = (what) => fault(`${kind} ${metadata.name} ${what}`);
    if (!deployments.has(target)) say(`scales ${target}, which is not there`);
    if (scaled.has(target)) say(`scales ${target}, as another does`);
    scaled.add(target);
    if (deployments.get(target)?.spec.replicas !== undefined)
      say('is at odds with a fixed number of replicas');
    if (kind === 'ScaledObject') await checkTriggers(spec, target, { settings, partitions, manifests, say });
  }
  for (const [name, { spec }] of deployments) {
    const clock = settings.SMARTKEY_CLOCK;
    if (clock === 'sandbox' && (spec.replicas ?? 2) > 1)
      fault(`${name} has several instances behind one address, but the sandbox clock must be told to each`);
  }
}

async function checkTriggers(spec, target, { settings, partitions, manifests, say }) {
  if (spec.maxReplicaCount > partitions)
    say(`goes up to ${spec.maxReplicaCount} replicas, but topics have ${partitions} partitions`);
  const groups = await consumerGroups(target);
  const prefix = `${settings.SMARTKEY_TOPIC_PREFIX}.`;
  for (const { type, metadata, authenticationRef } of spec.triggers) {
    if (type !== 'kafka') continue;
    const sources = groups.get(metadata.consumerGroup.slice(prefix.length));
    if (!metadata.consumerGroup.startsWith(prefix) || sources === undefined)
      say(
        `looks at the group ${metadata.consumerGroup}; ${target} has ${[...groups.keys()].map((each) => prefix + each).join(', ')}`,
      );
    else if (!sources.includes(metadata.topic.slice(prefix.length)))
      say(`looks at ${metadata.topic}, which ${metadata.consumerGroup} does not read`);
    const authentication = of(manifests, 'TriggerAuthentication').find(
      (each) => each.metadata.name === authenticationRef?.name,
    );
    for (const { name, key } of authentication?.spec.secretTargetRef ?? [])
      if (of(manifests, 'Secret').find((each) => each.metadata.name === name)?.data[key] === undefined)
        say(`authenticates with ${key} of the secret ${name}, which is not there`);
    if (authenticationRef !== undefined && authentication === undefined)
      say(`authenticates by ${authenticationRef.name}, which is not there`);
  }
}
