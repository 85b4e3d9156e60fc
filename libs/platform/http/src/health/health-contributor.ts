/** A part without which the service cannot do its work. */
export interface HealthContributor {
  readonly name: string;
  /**
   * @param late is aborted when nobody waits for the answer any more.
   * @throws where the part is not usable; the words of a `NotReadyError` are shown to whoever asks.
   */
  check(late: AbortSignal): Promise<void>;
}
