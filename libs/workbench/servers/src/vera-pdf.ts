import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OperatorError } from '@smartkey/lifecycle';
import { mavenJars } from './maven-jars.ts';

const run = promisify(execFile);
/** System time, for all files. */
const CHECK_MILLIS = 300_000;
const OUTPUT_BYTES = 64 * 2 ** 20;

/** veraPDF, or Java, cannot be had on this machine. */
class VeraPdfUnavailableError extends OperatorError {
  override readonly name = 'VeraPdfUnavailableError';
}

/** What veraPDF says of one file. */
export interface PdfVerdict {
  readonly file: string;
  /** What it claims to be and is: `PDF/A-3a`, `PDF/UA-1`. */
  readonly keeps: readonly string[];
  /** Rules that are broken, `6.2.11.4.1: …`. */
  readonly broken: readonly string[];
}

interface Report {
  readonly report: {
    readonly jobs: readonly {
      readonly itemDetails: { readonly name: string };
      readonly taskException?: { readonly exceptionMessage?: string };
      readonly validationResult?: readonly {
        readonly compliant: boolean;
        readonly profileName: string;
        readonly details: {
          readonly ruleSummaries: readonly { readonly clause: string; readonly description: string }[];
        };
      }[];
    }[];
  };
}

/**
 * Whether files are what they claim to be, by veraPDF, in one process. One that claims nothing is held against PDF/A-1b.
 * @param root the repository
 * @throws VeraPdfUnavailableError where Java 17 or Maven is missing, or the jar is not the pinned one
 */
export async function veraPdf(root: string, files: readonly string[]): Promise<readonly PdfVerdict[]> {
  const jars = await mavenJars(root, {
    program: 'veraPDF',
    pinnedIn: 'libs/workbench/servers/verapdf',
    folder: '.cache/verapdf/jars-1.30.2',
    failure: VeraPdfUnavailableError,
  });
  const { stdout: said } = await run(
    'java',
    [
      ...['-cp', join(jars, '*'), 'org.verapdf.apps.GreenfieldCliWrapper'],
      ...['-f', '0', '--format', 'json', ...files],
    ],
    { timeout: CHECK_MILLIS, maxBuffer: OUTPUT_BYTES },
  ).catch((error: { readonly code?: unknown; readonly stdout: string; readonly stderr: string }) => {
    // It ends with 1 where a file is not compliant; what it says then is as whole.
    if (error.code === 1) return error;
    throw new VeraPdfUnavailableError(`veraPDF did not run: ${error.stderr.slice(0, 500)}`, {
      cause: error,
    });
  });
  return (JSON.parse(said) as Report).report.jobs.map(
    ({ itemDetails, validationResult = [], taskException }) => ({
      file: itemDetails.name,
      keeps: validationResult
        .filter(({ compliant }) => compliant)
        .map(({ profileName }) => profileName.replace(' validation profile', '')),
      broken: [
        ...(taskException === undefined ? [] : [taskException.exceptionMessage ?? 'not read']),
        ...validationResult.flatMap(({ details }) =>
          details.ruleSummaries.map(({ clause, description }) => `${clause}: ${description}`),
        ),
      ],
    }),
  );
}
