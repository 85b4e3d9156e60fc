// Settings that the compose file hands to servers of others: each by the bounds that the server itself keeps. One that is not here
// has not been looked up yet: look it up in the server's own documentation or source, and enter it.
import { interpolated } from './compose.mjs';

const within = (least, most) => (text) =>
  /^-?\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
const oneOf =
  (...words) =>
  (text) =>
    words.includes(text);
const like = (pattern) => (text) => pattern.test(text);
const anyText = like(/\S/);
const yesOrNo = oneOf('true', 'false');
const onOrOff = oneOf('on', 'off');
const port = within(1, 65_535);
const listeners = like(/^[A-Z_]+:\/\/[\w.-]*:\d{1,5}(,[A-Z_]+:\/\/[\w.-]*:\d{1,5})*$/);

/** EventStoreDB 24.10, ClusterVNodeOptions; `MaxAppendSize` ends the start above 16 MiB - 10,000 bytes. */
const EVENTSTOREDB = {
  EVENTSTORE_CLUSTER_SIZE: within(1, 9),
  EVENTSTORE_INSECURE: yesOrNo,
  EVENTSTORE_RUN_PROJECTIONS: oneOf('None', 'System', 'All'),
  EVENTSTORE_NODE_PORT: port,
  EVENTSTORE_MAX_APPEND_SIZE: within(1, 16_767_216),
  EVENTSTORE_UNSAFE_DISABLE_FLUSH_TO_DISK: yesOrNo,
};

/** Apache Kafka 4.1, broker configurations. */
const KAFKA = {
  KAFKA_NODE_ID: within(0, 2 ** 31 - 1),
  KAFKA_PROCESS_ROLES: like(/^(broker|controller)(,(broker|controller))?$/),
  KAFKA_LISTENERS: listeners,
  KAFKA_ADVERTISED_LISTENERS: listeners,
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: like(
    /^[A-Z_]+:(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL)(,[A-Z_]+:(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL))*$/,
  ),
  KAFKA_INTER_BROKER_LISTENER_NAME: like(/^[A-Z_]+$/),
  KAFKA_CONTROLLER_LISTENER_NAMES: like(/^[A-Z_]+(,[A-Z_]+)*$/),
  KAFKA_CONTROLLER_QUORUM_VOTERS: like(/^\d+@[\w.-]+:\d{1,5}(,\d+@[\w.-]+:\d{1,5})*$/),
  KAFKA_LOG_DIRS: like(/^\//),
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: yesOrNo,
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: within(1, 32_767),
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: within(1, 32_767),
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: within(1, 32_767),
  KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: yesOrNo,
  KAFKA_MESSAGE_MAX_BYTES: within(0, 2 ** 31 - 1),
};

/** PostgreSQL 18, pg_settings: `min_val`, `max_val`, `enumvals`; and the image's own variables. */
const POSTGRES = {
  fsync: onOrOff,
  synchronous_commit: oneOf('on', 'off', 'local', 'remote_write', 'remote_apply'),
  full_page_writes: onOrOff,
  max_connections: within(1, 262_143),
  POSTGRES_USER: anyText,
  POSTGRES_PASSWORD: anyText,
  POSTGRES_DB: anyText,
};

const duration = like(/^(\d+(y|w|d|h|m|s|ms))+$/);

/** Prometheus 3.5, `prometheus --help`. */
const PROMETHEUS = {
  '--config.file': like(/^\//),
  '--storage.tsdb.path': like(/^\//),
  '--storage.tsdb.retention.time': duration,
};

/** Grafana 12.3, conf/defaults.ini. */
const GRAFANA = {
  GF_SECURITY_ADMIN_PASSWORD: () => true,
  GF_ANALYTICS_REPORTING_ENABLED: yesOrNo,
  GF_ANALYTICS_CHECK_FOR_UPDATES: yesOrNo,
};

/** OpenTelemetry Collector, `otelcol --help`. */
const COLLECTOR = { '--config': like(/^\//) };

const SERVERS = {
  'eventstore/eventstore': EVENTSTOREDB,
  'apache/kafka': KAFKA,
  postgres: POSTGRES,
  'prom/prometheus': PROMETHEUS,
  'grafana/grafana': GRAFANA,
  'otel/opentelemetry-collector-contrib': COLLECTOR,
};

/** What a service of others is told: its environment, and the settings of its command line. */
function settingsOf({ environment = {}, command = [] }) {
  const settings = Object.entries(interpolated(environment));
  for (const word of [command].flat().map((each) => interpolated({ each }).each)) {
    const [, name, value] = /^((?:--)?[\w.-]+)=(.*)$/.exec(word) ?? [];
    if (name !== undefined) settings.push([name, value]);
  }
  return settings;
}

/** @returns how many settings were looked at. */
export function checkForeignSettings(compose, fault) {
  let looked = 0;
  for (const [service, definition] of Object.entries(compose.services)) {
    if (definition.build !== undefined) continue;
    const image = definition.image.replace(/:[^:/]*$/, '');
    const bounds = SERVERS[image];
    if (bounds === undefined) {
      fault(`${service} runs ${image}, whose settings nobody has looked up`);
      continue;
    }
    for (const [name, value] of settingsOf(definition)) {
      looked += 1;
      if (bounds[name] === undefined) fault(`${service} is given ${name}, whose bounds nobody has looked up`);
      else if (!bounds[name](value)) fault(`${service} is given ${name}=${value}, which it does not take`);
    }
  }
  return looked;
}
