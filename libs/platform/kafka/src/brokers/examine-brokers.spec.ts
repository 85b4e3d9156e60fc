import { describe, expect, it } from '@jest/globals';
import { faultsOf } from './examine-brokers.ts';

/** As Apache Kafka 4.1 tells them where nobody has set anything. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'socket.request.max.bytes': '104857600',
  'message.max.bytes': '1048588',
  'replica.fetch.max.bytes': '1048576',
  'replica.fetch.response.max.bytes': '10485760',
  'fetch.max.bytes': '57671680',
  'group.min.session.timeout.ms': '6000',
  'group.max.session.timeout.ms': '1800000',
  'group.coordinator.rebalance.protocols': 'classic,consumer,streams',
  'unclean.leader.election.enable': 'false',
};
const faults = (changed: Readonly<Record<string, string>>, sessionTimeoutMillis?: number) =>
  faultsOf(
    7,
    new Map(Object.entries({ ...DEFAULTS, ...changed })),
    sessionTimeoutMillis === undefined ? {} : { sessionTimeoutMillis },
  );

describe('the settings of a broker', () => {
  it('are fit as they come, and where an older broker does not have them', () => {
    expect(faults({})).toEqual([]);
    expect(faultsOf(7, new Map(), {})).toEqual([]);
  });

  it.each([
    ['socket.request.max.bytes', '1000000', true],
    ['message.max.bytes', '500000', false],
    ['replica.fetch.max.bytes', '65536', false],
    ['group.coordinator.rebalance.protocols', 'consumer,streams', true],
    ['unclean.leader.election.enable', 'true', false],
  ])('with %s=%s are named with the broker', (name, value, grave) => {
    const [fault, ...others] = faults({ [name]: value });
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ variable: 'KAFKA_BROKERS', grave });
    expect(fault!.words).toContain(`broker 7, whose ${name} is ${value}`);
  });

  it.each([5_999, 1_800_001])('that do not take a session of %d ms name its variable', (millis) => {
    expect(faults({}, millis)).toMatchObject([{ variable: 'SMARTKEY_KAFKA_SESSION_MILLIS', grave: true }]);
  });
});
