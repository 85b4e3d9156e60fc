import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OperatorError } from '@smartkey/lifecycle';
import { jarEntries } from './jar-entries.ts';
import { mavenJars } from './maven-jars.ts';

const run = promisify(execFile);
/** System time, for all files. */
const CHECK_MILLIS = 300_000;

/** The rules' jars, or Java, cannot be had on this machine. */
class OfficialPintUnavailableError extends OperatorError {
  override readonly name = 'OfficialPintUnavailableError';
}

const pintJars = (root: string): Promise<string> =>
  mavenJars(root, {
    program: 'JP PINT',
    pinnedIn: 'libs/workbench/servers/jp-pint',
    folder: '.cache/jp-pint/jars-4.3.7',
    failure: OfficialPintUnavailableError,
  });

/** Schemas that the ones of UBL import by namespace alone: which file has which. */
const NAMESPACES: Readonly<Record<string, string>> = {
  'urn:un:unece:uncefact:data:specification:CoreComponentTypeSchemaModule:2':
    'schemas/CCTS_CCT_SchemaModule.xsd',
  'http://www.w3.org/XML/1998/namespace': 'schemas/xml.xsd',
  'http://www.w3.org/2000/09/xmldsig#': 'schemas/xmldsig-core-schema.xsd',
  'http://uri.etsi.org/01903/v1.3.2#': 'schemas/XAdES01903v132-201601.xsd',
  'http://uri.etsi.org/01903/v1.4.1#': 'schemas/XAdES01903v141-201601.xsd',
  'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2':
    'external/schemas/ubl21/maindoc/UBL-Invoice-2.1.xsd',
};

const SCHEMA_JARS = [
  'ph-ubl21-10.2.0.jar',
  'ph-xsds-ccts-cct-schemamodule-4.1.0.jar',
  'ph-xsds-xades132-4.1.0.jar',
  'ph-xsds-xades141-4.1.0.jar',
  'ph-xsds-xml-4.1.0.jar',
  'ph-xsds-xmldsig-4.1.0.jar',
];

/** The schemas of a UBL 2.1 invoice by the names they import each other by, and one that imports all of them. */
export interface UblSchemas {
  readonly wrapper: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/**
 * @param root the repository
 * @throws OfficialPintUnavailableError where Java 17 or Maven is missing, or a jar is not the pinned one
 */
export async function ublInvoiceSchemas(root: string): Promise<UblSchemas> {
  const jars = await pintJars(root);
  const isWanted = (name: string): boolean =>
    name.endsWith('.xsd') && (!name.includes('/maindoc/') || name.endsWith('/UBL-Invoice-2.1.xsd'));
  const files: Record<string, Uint8Array> = {};
  for (const jar of SCHEMA_JARS)
    for (const [name, bytes] of await jarEntries(join(jars, jar), isWanted)) files[name] = bytes;
  const imports = Object.entries(NAMESPACES).map(
    ([namespace, file]) => `<xs:import namespace="${namespace}" schemaLocation="${file}"/>`,
  );
  return {
    wrapper: `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${imports.join('')}</xs:schema>`,
    files,
  };
}

/** The two rule sets of a version: those of every country, and those of Japan. */
const RULES = ['PINT-UBL-validation-preprocessed.xslt', 'PINT-jurisdiction-aligned-rules.xslt'];

/**
 * Runs the official Schematron rules of a JP PINT version over files, each rule set in one process.
 * @param root the repository
 * @param files texts by name
 * @returns for each name the rules that are broken, `ibr-085`
 * @throws OfficialPintUnavailableError where Java 17 or Maven is missing, or a jar is not the pinned one
 */
export async function officialPintRules(
  root: string,
  version: string,
  files: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const jars = await pintJars(root);
  const folder = await mkdtemp(join(tmpdir(), 'smartkey-pint-'));
  try {
    const entries = await jarEntries(join(jars, 'phive-rules-peppol-4.3.7.jar'), (name) =>
      name.startsWith(`external/schematron/pint-jp/${version}/xslt/`),
    );
    for (const each of ['in', 'out']) await mkdir(join(folder, each));
    const names = [...files.keys()];
    for (const [index, name] of names.entries())
      await writeFile(join(folder, 'in', `${index}.xml`), files.get(name) ?? '');
    const broken = new Map<string, string[]>(names.map((name) => [name, []]));
    for (const rules of RULES) {
      const sheet = entries.get(`external/schematron/pint-jp/${version}/xslt/${rules}`);
      if (sheet === undefined) throw new RangeError(`there are no rules ${rules} of version ${version}`);
      await writeFile(join(folder, rules), sheet);
      await transform(jars, join(folder, rules), join(folder, 'in'), join(folder, 'out'));
      for (const [index, name] of names.entries())
        broken.get(name)?.push(...failedIn(await readFile(join(folder, 'out', `${index}.xml`), 'utf8')));
    }
    return broken;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function transform(jars: string, sheet: string, from: string, to: string): Promise<void> {
  const words = ['net.sf.saxon.Transform', `-s:${from}`, `-o:${to}`, `-xsl:${sheet}`];
  await run('java', ['-cp', join(jars, '*'), ...words], { timeout: CHECK_MILLIS }).catch(
    (cause: { readonly stderr: string }) => {
      throw new OfficialPintUnavailableError(`Saxon did not run: ${cause.stderr.slice(-500)}`, { cause });
    },
  );
}

/** The ids of the failed assertions in a report (SVRL). */
function failedIn(report: string): readonly string[] {
  if (!report.includes('fired-rule')) throw new RangeError('not one rule was looked at');
  return [...report.matchAll(/<svrl:failed-assert\b[^>]*\bid="([^"]+)"/g)].map(([, id]) => id ?? '');
}
