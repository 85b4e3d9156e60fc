import { ended, withinMillis } from '@smartkey/lifecycle';
import type { Admin, Kafka } from 'kafkajs';

/** System time. */
const FAREWELL_MILLIS = 2_000;

/** Asks the brokers by a client of its own, which leaves even where they do not answer its farewell. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    // Nothing hangs on its farewell: what was asked for has been answered, or has failed and says so.
    await ended(withinMillis(admin.disconnect(), FAREWELL_MILLIS, 'leaving the brokers'));
  }
}
