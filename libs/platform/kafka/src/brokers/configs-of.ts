import kafkajs, { type Admin } from 'kafkajs';

/**
 * Settings of brokers or topics as the brokers tell them, by their names.
 * @param what brokers by their ids, topics by their names.
 */
export async function configsOf(
  admin: Admin,
  kind: 'BROKER' | 'TOPIC',
  what: readonly string[],
  configNames: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: what.map((name) => ({
      // By the default export: Node does not see this one among the names of the CommonJS module.
      type: kafkajs.ConfigResourceTypes[kind],
      name,
      configNames: [...configNames],
    })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}
