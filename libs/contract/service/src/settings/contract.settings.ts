import { isServiceMonth } from '@smartkey/calendar';
import {
  DEFAULT_POLICIES,
  type ContractPolicies,
  type PolicyCatalogue,
  type ProposedChange,
} from '@smartkey/contract-domain';
import {
  ConfigurationError,
  type Environment,
  setting,
  urlSetting,
  wholeNumber,
} from '@smartkey/configuration';
import { jsonSetting } from '@smartkey/runtime';

/** What an installation may set for its contracts. */
export interface ContractSettings {
  readonly policies: PolicyCatalogue;
  /** What takes two persons in any case, besides what lowers an issued month. */
  readonly twoPersons: ReadonlySet<ProposedChange['kind']>;
  readonly iijId: {
    /** The directory of IIJ ID contracts; the embedded one where missing. */
    readonly url?: string;
    /** Sent to it as a bearer token. */
    readonly token?: string;
    /** Of the embedded directory: contracts that are not active unless it is told otherwise. */
    readonly ineligible: readonly string[];
    /** How often the directory is asked about every contract, in minutes of the system's time. */
    readonly checkMinutes: number;
  };
}

export const CONTRACT_SETTINGS = Symbol('settings of the contract service');

const POLICIES = 'SMARTKEY_CONTRACT_POLICIES';

function isPolicies(entry: unknown): entry is ContractPolicies {
  if (typeof entry !== 'object' || entry === null) return false;
  const { fromMonth, prescribedForms, ...unknown } = entry as Partial<ContractPolicies>;
  return (
    typeof fromMonth === 'string' &&
    isServiceMonth(fromMonth) &&
    Array.isArray(prescribedForms) &&
    prescribedForms.length > 0 &&
    prescribedForms.every((form) => typeof form === 'string' && /^[\w-]{1,32}$/.test(form)) &&
    Object.keys(unknown).length === 0
  );
}

const isCatalogue = (entries: unknown): entries is PolicyCatalogue =>
  Array.isArray(entries) && entries.length > 0 && entries.every(isPolicies);

function policiesOf(text: string | undefined): PolicyCatalogue {
  if (text === undefined) return DEFAULT_POLICIES;
  const entries = jsonSetting(POLICIES, text);
  if (!isCatalogue(entries))
    throw new ConfigurationError(
      POLICIES,
      'must be a JSON list such as [{"fromMonth":"2016-03","prescribedForms":["portal","paper"]}]',
    );
  return entries;
}

const idsIn = (text: string | undefined): readonly string[] =>
  text
    ?.split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '') ?? [];

const TWO_PERSONS = 'SMARTKEY_TWO_PERSONS';
const KIND_OF: Readonly<Record<string, ProposedChange['kind']>> = {
  quotes: 'quote',
  'plan-changes': 'plan-change',
};

function twoPersonsOf(text: string | undefined): ReadonlySet<ProposedChange['kind']> {
  const names = idsIn(text);
  if (!names.every((name) => Object.hasOwn(KIND_OF, name)))
    throw new ConfigurationError(TWO_PERSONS, `must be ${Object.keys(KIND_OF).join(', ')}, or some of them`);
  return new Set(names.map((name) => KIND_OF[name]!));
}

/**
 * Reads `SMARTKEY_CONTRACT_POLICIES` (the prescribed forms of 第6条 by service month), `SMARTKEY_IIJ_ID_URL`,
 * `SMARTKEY_TWO_PERSONS` (`quotes`, `plan-changes`: what takes two persons in any case), `SMARTKEY_IIJ_ID_TOKEN`, `SMARTKEY_IIJ_ID_INELIGIBLE` (ids separated by commas) and `SMARTKEY_IIJ_ID_CHECK_MINUTES` (default 1440).
 * @throws ConfigurationError
 */
export function contractSettings(env: Environment): ContractSettings {
  const url = urlSetting(env, 'SMARTKEY_IIJ_ID_URL', ['http:', 'https:']);
  const token = setting(env, 'SMARTKEY_IIJ_ID_TOKEN');
  return {
    policies: policiesOf(setting(env, POLICIES)),
    twoPersons: twoPersonsOf(setting(env, TWO_PERSONS)),
    iijId: {
      ...(url === undefined ? {} : { url }),
      ...(token === undefined ? {} : { token }),
      ineligible: idsIn(setting(env, 'SMARTKEY_IIJ_ID_INELIGIBLE')),
      checkMinutes: wholeNumber(env, 'SMARTKEY_IIJ_ID_CHECK_MINUTES', 1440, { least: 1, most: 44_640 }),
    },
  };
}
