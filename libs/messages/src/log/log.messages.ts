/** What every log says of itself, on the topic of its service: stream `log-<service>`. Who decided it, and why, is not told. */
export interface LogMessages {
  /** A key took the place of the one before it (docs/proof-format.md). */
  LogKeyRotated: {
    /** The name of the log in checkpoints: `<system>/<service>`. */
    log: string;
    /** The public key as C2SP signed-note writes it. */
    key: string;
    replaces: string;
    /** System time, RFC 3339 in whole seconds. */
    from: string;
    /** When the former key signs no more. */
    retiresAt: string;
  };

  /** What was kept outside the database was lost, and a person took the last checkpoint in the database for it. */
  CheckpointAdopted: {
    log: string;
    /** Events that it covers. */
    size: number;
    /** RFC 6962, hex. */
    root: string;
  };
}

export type LogMessageType = keyof LogMessages;
