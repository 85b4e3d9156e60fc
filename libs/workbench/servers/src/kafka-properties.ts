import { join } from 'node:path';
import type { KafkaSecrets } from './kafka-secrets.ts';

/** Ports of one broker's listeners, all on the loopback interface. */
export interface KafkaPorts {
  readonly plain: number;
  readonly controller: number;
  readonly tls?: number;
  readonly saslTls?: number;
}

/** A broker as one of several; each is a controller too. */
export interface KafkaNode {
  /** From 1. */
  readonly id: number;
  /** The controllers' ports of all of them, the first one's first. */
  readonly controllers: readonly number[];
}

/** `server.properties` of a broker. @param more settings of its own, over these. */
export function kafkaProperties(
  folder: string,
  ports: KafkaPorts,
  node: KafkaNode,
  secrets?: KafkaSecrets,
  more: Readonly<Record<string, string>> = {},
): string {
  const clients: readonly (readonly [name: string, port: number])[] = [
    ['PLAINTEXT', ports.plain],
    ...(ports.tls === undefined ? [] : [['SSL', ports.tls] as const]),
    ...(ports.saslTls === undefined ? [] : [['SASL_SSL', ports.saslTls] as const]),
  ];
  const listeners = clients.map(([name, port]) => `${name}://127.0.0.1:${port}`).join();
  // Of its own topics: as many copies as there are brokers, three at most, and one of them may be away.
  const copies = Math.min(3, node.controllers.length);
  const insync = Math.max(1, copies - 1);
  const voters = node.controllers.map((port, index) => `${index + 1}@127.0.0.1:${port}`);
  return [
    'process.roles=broker,controller',
    `node.id=${node.id}`,
    `controller.quorum.voters=${voters.join()}`,
    `listeners=${listeners},CONTROLLER://127.0.0.1:${ports.controller}`,
    `advertised.listeners=${listeners}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL',
    `log.dirs=${join(folder, 'log')}`,
    `offsets.topic.replication.factor=${copies}`,
    `transaction.state.log.replication.factor=${copies}`,
    `transaction.state.log.min.isr=${insync}`,
    `share.coordinator.state.topic.replication.factor=${copies}`,
    `share.coordinator.state.topic.min.isr=${insync}`,
    'unclean.leader.election.enable=false',
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
    ...(secrets === undefined ? [] : securedBy(secrets)),
    ...Object.entries(more).map(([name, value]) => `${name}=${value}`),
    '',
  ].join('\n');
}

function securedBy({ keyStore, keyStorePassword, username, password }: KafkaSecrets): readonly string[] {
  const modules = 'org.apache.kafka.common.security';
  return [
    `ssl.keystore.location=${keyStore}`,
    `ssl.keystore.password=${keyStorePassword}`,
    'ssl.keystore.type=PKCS12',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    `listener.name.sasl_ssl.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required user_${username}="${password}";`,
    ...['256', '512'].map(
      (bits) =>
        `listener.name.sasl_ssl.scram-sha-${bits}.sasl.jaas.config=${modules}.scram.ScramLoginModule required;`,
    ),
  ];
}
