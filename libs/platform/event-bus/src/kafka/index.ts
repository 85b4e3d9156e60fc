export * from './cloud-event.codec.ts';
export * from './kafka-migrations.ts';
export * from './kafka-relay.ts';
export * from './kafka-settings.ts';
export * from './kafka-topics.ts';
export * from './kafka-transport.strategy.ts';
export * from './relay-checkpoint.ts';
export * from './unreadable-records.ts';
