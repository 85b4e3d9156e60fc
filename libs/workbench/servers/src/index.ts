export * from './cluster-file.ts';
export * from './free-port.ts';
export * from './kafka-broker.ts';
export * from './kafka-brokers.ts';
export * from './kafka-jars.ts';
export * from './why-no-kafka.ts';
export * from './postgres-binaries.ts';
export * from './postgres-server.ts';
