// The client is CommonJS; not every name that it exports can be imported by itself.
import kafkajs from 'kafkajs';

const { KafkaJSAggregateError, KafkaJSError, KafkaJSSASLAuthenticationError } = kafkajs;

/** The client, or the brokers through it, refused. */
export const isRefusalOfClient = (error: unknown): error is Error =>
  error instanceof KafkaJSError || error instanceof KafkaJSAggregateError;

/** A topic or a group may not be read by this user. */
export const isRefusalOfRead = (error: unknown): boolean =>
  error instanceof KafkaJSError && /_AUTHORIZATION_FAILED$/.test((error as { type?: string }).type ?? '');

/** User, password or mechanism were refused. */
export const isRefusalOfLogin = (error: unknown): boolean => error instanceof KafkaJSSASLAuthenticationError;
