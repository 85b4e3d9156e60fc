import { join } from 'node:path';
import type { KafkaSecrets } from './kafka-secrets.ts';

/** Ports of one broker's listeners, all on the loopback interface. */
export interface KafkaPorts {
  readonly plain: number;
  readonly controller: number;
  readonly tls?: number;
  readonly saslTls?: number;
}

/** `server.properties` of a single broker that is its own controller. */
export function kafkaProperties(folder: string, ports: KafkaPorts, secrets?: KafkaSecrets): string {
  const clients: readonly (readonly [name: string, port: number])[] = [
    ['PLAINTEXT', ports.plain],
    ...(ports.tls === undefined ? [] : [['SSL', ports.tls] as const]),
    ...(ports.saslTls === undefined ? [] : [['SASL_SSL', ports.saslTls] as const]),
  ];
  const listeners = clients.map(([name, port]) => `${name}://127.0.0.1:${port}`).join();
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${ports.controller}`,
    `listeners=${listeners},CONTROLLER://127.0.0.1:${ports.controller}`,
    `advertised.listeners=${listeners}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL',
    `log.dirs=${join(folder, 'log')}`,
    // One broker: every internal topic has one replica.
    'offsets.topic.replication.factor=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
    ...(secrets === undefined ? [] : securedBy(secrets)),
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
