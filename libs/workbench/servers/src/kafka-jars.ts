import { OperatorError } from '@smartkey/lifecycle';
import { mavenJars } from './maven-jars.ts';

/** The jars, the broker or Java itself cannot be had on this machine. */
export class KafkaUnavailableError extends OperatorError {
  override readonly name = 'KafkaUnavailableError';
}

/**
 * The folder with the jars of the pinned Apache Kafka.
 * @param root the repository, which holds deploy/kafka/pom.xml and checksums.sha256
 * @throws KafkaUnavailableError where Java 17 or Maven is missing, or a jar is not the pinned one
 */
export const kafkaJars = (root: string): Promise<string> =>
  mavenJars(root, {
    program: 'Kafka',
    pinnedIn: 'deploy/kafka',
    folder: '.cache/kafka/jars-4.1.0',
    failure: KafkaUnavailableError,
  });
