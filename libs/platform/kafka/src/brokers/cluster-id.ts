import type { Kafka } from 'kafkajs';
import { withAdmin } from './with-admin.ts';

/** Which cluster of brokers is reached, by the id that it was made with. */
export const clusterIdOf = async (kafka: Kafka): Promise<string> =>
  (await withAdmin(kafka, (admin) => admin.describeCluster())).clusterId;
