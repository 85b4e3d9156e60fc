// What a document must come to: its place, its sums, and, of an ordinary invoice, all of its monthly lines again from the events it follows from.
import { canonical, mustBeInstant, Range, refuse } from './proof-bundle.mjs';

const MICRO = 1_000_000n;
const RATES = { __proto__: null, 'JP-STD-8-2014': 8n, 'JP-STD-10-2019': 10n, 'JP-RED-8-2019': 8n, 'JP-OUT': 0n };
const MONTHLY = ['base', 'account-usage', 'auth-api-usage'];
const DOCUMENTS = { __proto__: null, InvoiceIssued: 'invoice', CorrectionIssued: 'correction', CreditNoteIssued: 'credit-note' };
const SPELLS = ['IdRegistered', 'IdDeregistered', 'RegistrationCorrected', 'RegistrationVoided'];
/** What two persons agreed to: of a credit note. */
const AGREED = /^approval-apr_\w+ CreditNote(Proposed|Approved)$/;
const DAY_MILLIS = 86_400_000;

const dayOf = (day) => Date.parse(`${day}T00:00:00.000Z`) / DAY_MILLIS;
const mustBeDay = (day) => (typeof day === 'string' && /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(dayOf(day)) ? day : refuse('day-unreadable', `${day} is no day`));
const jstDayOf = (instant) => new Date(mustBeInstant(instant, 'occurredAt') + 9 * 3_600_000).toISOString().slice(0, 10);
const lastDayOf = (month) => new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).toISOString().slice(0, 10);
const daysIn = (month) => Number(lastDayOf(month).slice(8));

/** A decimal of at most 6 places, in millionths. */
function microOf(text, what) {
  const [, sign, whole, part = ''] = /^(-?)(\d{1,21})(?:\.(\d{1,6}))?$/.exec(text) ?? refuse('amount-unreadable', `${what} is no amount: ${text}`);
  const micro = BigInt(whole) * MICRO + BigInt(part.padEnd(6, '0'));
  return sign === '' ? micro : -micro;
}
const yenOf = (text, what) => (/^(0|-?[1-9]\d*)$/.test(text ?? '') ? BigInt(text) : refuse('amount-unreadable', `${what} is no amount of yen: ${text}`));
const decimalOf = (micro) => `${micro / MICRO}.${String(micro % MICRO).padStart(6, '0')}`.replace(/\.?0+$/, '');

/** A quotient in whole yen, rounded on its absolute value. */
function rounded(dividend, divisor, rounding) {
  const added =
    { __proto__: null, floor: 0n, halfUp: divisor / 2n, ceil: divisor - 1n }[rounding] ?? refuse('policy-unreadable', `nobody knows the rounding ${rounding}`);
  return dividend < 0n ? -((added - dividend) / divisor) : (dividend + added) / divisor;
}

/** What is seen of the events that a document follows from, in the order of the bundle. */
export class Inputs {
  #range = new Range();
  #contracts = new Set();
  #successes = new Map();
  #spells = new Map();
  #contractEvents = [];
  #policies = [];
  #last = new Map();

  take(service, origin, { event, leaf, position, index }) {
    this.#range.push(leaf);
    this.#last.set(origin, { service, position, index });
    const { data, stream, type } = event;
    if (service === 'authentication') {
      if (type !== 'AuthSucceeded' || stream !== `authentication-${data.account}`) refuse('input-misplaced', `${type} of ${stream} is no success`);
      this.#contracts.add(data.contract);
      const day = jstDayOf(event.occurredAt);
      this.#successes.set(day, (this.#successes.get(day) ?? 0) + 1);
    } else if (service === 'device-registry') {
      if (!SPELLS.includes(type) || stream !== `account-${data.account}` || !Number.isSafeInteger(data.spell))
        refuse('input-misplaced', `${type} of ${stream} is of no registration`);
      this.#contracts.add(data.contract);
      this.#spell(type, data);
    } else if (service === 'contract') {
      if (event.revision !== this.#contractEvents.length) refuse('contract-gap', `revision ${this.#contractEvents.length} of the contract's stream is not shown`);
      this.#contracts.add(/^contract-(ctr_.+)$/.exec(stream)?.[1] ?? refuse('input-misplaced', `${stream} is no stream of a contract`));
      this.#contractEvents.push(event);
    } else if (stream.startsWith('profile-')) this.#contracts.add(stream.slice('profile-'.length));
    else if (AGREED.test(`${stream} ${type}`) || (stream.startsWith('series-') && DOCUMENTS[type])) this.#contracts.add(data.contract);
    else if (stream === 'policies-billing' && type === 'PolicySet') this.#policies.push(data);
    else if (stream !== 'issuer-billing' || type !== 'IssuerSet') refuse('input-misplaced', `${type} of ${stream} is no input of a document`);
  }

  #spell(type, data) {
    const key = `${data.account}/${data.spell}`;
    const to = type === 'IdRegistered' || data.lastDay === undefined ? Infinity : dayOf(mustBeDay(data.lastDay));
    const spell = { account: data.account, from: dayOf(mustBeDay(data.registeredOn)), to };
    if (type === 'IdRegistered' ? this.#spells.has(key) : !this.#spells.has(key)) refuse('spell-broken', `${type} of ${key} does not follow what is shown of it`);
    if (type === 'IdDeregistered' && this.#spells.get(key).from !== spell.from) refuse('spell-broken', `${key} ends with another first day than it began with`);
    this.#spells.set(key, type === 'RegistrationVoided' ? { ...spell, from: 1, to: 0 } : spell);
  }

  /** Everything that a document says of its inputs, and what their logs' trees show. */
  mustFit({ document, position }, logs) {
    const { inputs, contract } = document;
    for (const each of this.#contracts) if (each !== contract) refuse('input-of-another', `an input is of ${each}, the document of ${contract}`);
    const read = Object.entries(inputs.positions);
    for (const [origin, last] of this.#last) {
      const isRead = ([partition, most]) => partition.startsWith(`${last.service}/`) && last.position <= BigInt(most);
      if (!read.some(isRead)) refuse('input-not-read', `an input stands at ${last.position} of ${origin}, behind what was read`);
      if (last.service === 'billing' && last.position >= position) refuse('input-behind-document', 'an input of billing stands behind the document');
    }
    if (inputs.count !== this.#range.size) refuse('inputs-count', `the document follows from ${inputs.count} events, ${this.#range.size} are shown`);
    if (inputs.root !== this.#range.root()) refuse('inputs-root', 'the events that are shown are not those that the document follows from');
    for (const { origin, size, root } of inputs.heads) {
      const log = logs.get(origin) ?? [...logs.values()].find(({ past }) => past.has(origin));
      if (log === undefined) continue;
      if (size > (log.past.get(origin) ?? size)) refuse('head-lost', `not all ${size} events of ${origin} were kept that the document was drawn up from`);
      if (size > log.size) refuse('head-beyond-checkpoint', `the document was drawn up from ${size} events of ${origin}, the checkpoint has ${log.size}`);
      const shown = size === 0 ? Range.empty : log.roots.get(size);
      if (shown === undefined) refuse('head-not-shown', `the root of ${origin} at ${size} is not shown`);
      if (shown !== root) refuse('head-differs', `${origin} did not begin at ${size} with what the document was drawn up from`);
    }
    for (const [origin, { index }] of this.#last)
      if (!(index < inputs.heads.find((head) => head.origin === origin || logs.get(origin).past.has(head.origin))?.size))
        refuse('input-behind-head', `an input of ${origin} stands behind what was read of it`);
  }

  /** The monthly lines again, by the quote and the policy that hold. @returns what could not be proved. */
  derive(document) {
    const { month, contract, lines, basis, taxes, inputs } = document;
    const facts = this.#facts();
    const policy = this.#policies.find(({ version }) => version === inputs.policyVersion) ?? refuse('policy-not-shown', `the policy ${inputs.policyVersion} is no input`);
    const window = windowIn(facts, month);
    const plan = planIn(facts, month);
    const quotes = facts.quotes.filter((each) => each.plan === plan);
    const quote = latest(quotes, month, (each) => each.effectiveMonth);
    const expected = window && quote ? this.#monthly(month, window, quote, policy.yenRounding) : { lines: [], basis: {} };
    if (window === undefined && (this.#spells.size > 0 || this.#successes.size > 0)) refuse('input-outside-window', `${month} has no billing window, and usage is shown`);
    must(basis, expected.basis, 'basis-differs', 'what was measured');
    const date = lastDayOf(month);
    const monthly = lines.filter(({ item }) => MONTHLY.includes(item));
    if (monthly.length !== expected.lines.length) refuse('lines-differ', `${monthly.length} monthly lines stand on the document, ${expected.lines.length} follow`);
    for (const [n, { item, quantity, unitPrice, amount, taxCode, date: on, tiers }] of monthly.entries()) {
      const shown = { item, quantity, unitPrice, amount, taxCode, date: on, ...(tiers && { tiers }) };
      must(shown, { ...expected.lines[n], taxCode: taxCodeOn(date), date }, 'line-differs', `the line ${item}`);
    }
    const fees = lines.filter(({ item }) => !MONTHLY.includes(item));
    for (const line of fees) this.#mustBeFee(line, facts, month);
    const billed = new Set(fees.map(({ fee }) => fee));
    if (billed.size < fees.length) refuse('fee-twice', 'a fee stands on it twice');
    for (const { taxCode, taxable, tax } of taxes) {
      const due = rounded(yenOf(taxable, 'a tax row') * RATES[taxCode], 100n, policy.taxRounding);
      if (yenOf(tax, 'a tax') !== due) refuse('tax-differs', `the tax of ${taxCode} comes to ${due}`);
    }
    const left = facts.fees.filter(({ fee, arisenOn, waived }) => !waived && arisenOn <= date && !billed.has(fee)).length;
    return [
      ...(fees.length > 0 ? ['that its fees are billed nowhere else: earlier documents are no inputs'] : []),
      ...(left > 0 ? [`whether ${left} fees of ${contract} that are not on it stand on other documents`] : []),
    ];
  }

  #facts() {
    const facts = { planChanges: [], quotes: [], fees: [] };
    const without = (planChange) => facts.planChanges.filter((each) => each.planChange !== planChange);
    for (const { type, data } of this.#contractEvents) {
      if (type === 'ContractAccepted') facts.firstPlan = data.plan;
      else if (type === 'BillingStartSet') facts.billingStart = mustBeDay(data.date);
      else if (type === 'PriceQuoted') facts.quotes.push(data.quote);
      else if (type === 'PlanChangeAccepted') facts.planChanges = [...without(data.planChange), data];
      else if (['PlanChangeReplaced', 'PlanChangeWithdrawn', 'PlanChangeLapsed'].includes(type)) facts.planChanges = without(data.planChange);
      else if (type === 'CancellationNotified' || type === 'CancellationCorrected') facts.lastDay = mustBeDay(data.effectiveDay);
      else if (type === 'CancellationVoided') delete facts.lastDay;
      else if (type === 'ContractTerminated') facts.lastDay = mustBeDay(data.lastDay);
      else if (type === 'FeeObligationArose') facts.fees.push(data);
      else if (type === 'FeeWaived') facts.fees = facts.fees.map((fee) => (fee.fee === data.fee ? { ...fee, waived: true } : fee));
    }
    return facts;
  }

  #monthly(month, window, quote, rounding) {
    const days = daysIn(month);
    const used = dayOf(window.to) - dayOf(window.from) + 1;
    const share = quote.baseFeeInPartialMonth === 'full' ? days : used;
    const amount = rounded(yenOf(quote.baseFee, 'a base fee') * BigInt(share), BigInt(days), rounding);
    const base = { item: 'base', quantity: '1', unitPrice: quote.baseFee, amount: `${amount}` };
    const common = { plan: quote.plan, window, quote: quote.id };
    if (quote.plan === 'enterprise') {
      if (this.#successes.size > 0) refuse('input-not-measured', 'an enterprise plan measures no successes');
      const usedDays = this.#histogram(window);
      const thousandths = usedDays.reduce((sum, [of, accounts]) => sum + BigInt(accounts) * BigInt(Math.floor((of * 1000) / days)), 0n);
      const fee = rounded(thousandths * microOf(quote.accountFee, 'an account fee'), 1000n * MICRO, rounding);
      const line = { item: 'account-usage', quantity: decimalOf(thousandths * 1000n), unitPrice: quote.accountFee, amount: `${fee}` };
      return { lines: [base, line], basis: { ...common, usedDays } };
    }
    if (this.#spells.size > 0) refuse('input-not-measured', 'a service-provider plan measures no registrations');
    let successes = 0;
    for (const [day, count] of this.#successes) {
      if (day < window.from || day > window.to) refuse('input-outside-window', `a success of ${day} lies outside ${window.from} to ${window.to}`);
      successes += count;
    }
    const line = { item: 'auth-api-usage', quantity: `${successes}`, ...priced(successes, quote.authApi, rounding) };
    return { lines: [base, line], basis: { ...common, successes } };
  }

  /** How many accounts were registered on how many days of the window: of each the union of its spells. */
  #histogram(window) {
    const [first, last] = [dayOf(window.from), dayOf(window.to)];
    const days = new Map();
    for (const { account, from, to } of this.#spells.values()) {
      let mask = days.get(account) ?? 0;
      for (let day = Math.max(from, first); day <= Math.min(to, last); day += 1) mask |= 1 << (day - first);
      days.set(account, mask);
    }
    const accounts = new Map();
    for (const mask of days.values()) {
      const count = mask.toString(2).replaceAll('0', '').length;
      if (count > 0) accounts.set(count, (accounts.get(count) ?? 0) + 1);
    }
    return [...accounts].sort(([a], [b]) => a - b);
  }

  #mustBeFee({ item, fee: id, amount, date, taxCode, quantity }, { fees }, month) {
    const fee = fees.find((each) => each.fee === id);
    if (!['initial-fee', 'one-time-fee'].includes(item) || fee === undefined || fee.waived)
      refuse('fee-unfounded', `nothing that is shown makes the line ${item} of ${amount}`);
    const code = fee.taxCode === 'out-of-scope' ? 'JP-OUT' : taxCodeOn(fee.arisenOn);
    if (fee.amount !== amount || fee.arisenOn !== date || code !== taxCode || quantity !== '1' || date > lastDayOf(month))
      refuse('fee-differs', `the fee ${id} is not what its line says`);
  }
}

const taxCodeOn = (day) => (day < '2019-10-01' ? 'JP-STD-8-2014' : 'JP-STD-10-2019');

function must(shown, expected, name, what) {
  if (canonical(shown) !== canonical(expected)) refuse(name, `${what} comes to ${canonical(expected)}, the document says ${canonical(shown)}`);
}

function windowIn({ billingStart, lastDay }, month) {
  if (billingStart === undefined) return undefined;
  const [first, last] = [`${month}-01`, lastDayOf(month)];
  const from = billingStart > first ? billingStart : first;
  const to = lastDay !== undefined && lastDay < last ? lastDay : last;
  return from <= to ? { from, to } : undefined;
}

/** What holds in a month: that of the latest month in or before it; of two of one month the one that came later. */
const latest = (all, month, monthOf) =>
  all.filter((each) => monthOf(each) <= month).reduce((best, each) => (best && monthOf(best) > monthOf(each) ? best : each), undefined);
const planIn = ({ firstPlan, planChanges }, month) => latest(planChanges, month, ({ fromMonth }) => fromMonth)?.plan ?? firstPlan;

/** Successes by the price of the quote. */
function priced(successes, price, rounding) {
  const billable = Math.max(0, successes - (price.freeUnits ?? 0));
  const yen = (exact) => `${rounded(exact, MICRO, rounding)}`;
  if (price.model === 'perUnit') return { unitPrice: price.unitPrice, amount: yen(BigInt(billable) * microOf(price.unitPrice, 'a price')) };
  const charge = (from, { upTo, unitPrice, flatFee }, units) => {
    const exact = BigInt(units) * microOf(unitPrice, 'a price') + (units > 0 && flatFee ? microOf(flatFee, 'a fee') : 0n);
    return { from, upTo, units, unitPrice, ...(flatFee && { flatFee }), amount: decimalOf(exact) };
  };
  let below = 0;
  let tiers;
  if (price.model === 'package') tiers = [charge(1, { upTo: null, unitPrice: price.packagePrice }, Math.ceil(billable / price.packageSize))];
  else if (price.model === 'volume') {
    const index = price.tiers.findIndex(({ upTo }) => upTo === null || billable <= upTo);
    tiers = [charge((price.tiers[index - 1]?.upTo ?? 0) + 1, price.tiers[index], billable)];
  } else if (price.model === 'graduated')
    tiers = price.tiers.map((tier) => {
      const charged = charge(below + 1, tier, Math.max(0, Math.min(billable, tier.upTo ?? billable) - below));
      below = tier.upTo ?? below;
      return charged;
    });
  else refuse('quote-unreadable', `nobody knows the price model ${price.model}`);
  const exact = tiers.reduce((sum, { amount }) => sum + microOf(amount, 'a charge'), 0n);
  return { unitPrice: null, tiers, amount: yen(exact) };
}

function sumsOf(lines) {
  const sums = new Map();
  for (const { taxCode, amount } of lines) {
    if (RATES[taxCode] === undefined) refuse('tax-code-unknown', `nobody knows the tax code ${taxCode}`);
    sums.set(taxCode, (sums.get(taxCode) ?? 0n) + yenOf(amount, 'a line'));
  }
  return sums;
}

/** A document's place in its series, and that it adds up. */
export function mustBeDocument({ event }, invoice) {
  const { data: document, stream, revision, type } = event;
  if (DOCUMENTS[type] === undefined || document.kind !== DOCUMENTS[type]) refuse('document-unknown', `${type} of kind ${document.kind} is no document`);
  const series = /^series-(.+)$/.exec(stream)?.[1];
  if (document.number !== `${series}-${String(revision + 1).padStart(9, '0')}`)
    refuse('number-not-its-place', `${document.number} stands at revision ${revision} of ${stream}`);
  if (document.number !== invoice) refuse('invoice-differs', `the bundle is of ${invoice}, the document is ${document.number}`);
  const { lines, taxes, net, tax, total } = document;
  if (!Array.isArray(lines) || !Array.isArray(taxes) || lines.some(({ n }, at) => n !== at + 1)) refuse('lines-unreadable', 'its lines are not numbered from 1');
  const sums = sumsOf(lines);
  for (const { taxCode, rate = '0', taxable } of taxes) {
    if (String(RATES[taxCode]) !== rate) refuse('tax-code-unknown', `nobody knows the tax code ${taxCode} at ${rate} percent`);
    if (yenOf(taxable, 'a tax row') !== (sums.get(taxCode) ?? 0n)) refuse('sums-differ', `the lines of ${taxCode} do not come to ${taxable}`);
  }
  if (new Set(taxes.map(({ taxCode }) => taxCode)).size < taxes.length) refuse('sums-differ', 'two tax rows are of one code');
  for (const [taxCode, sum] of sums) if (sum !== 0n && !taxes.some((row) => row.taxCode === taxCode)) refuse('sums-differ', `no tax row is of ${taxCode}`);
  if ([...sums.values()].reduce((a, b) => a + b, 0n) !== yenOf(net, 'net')) refuse('sums-differ', `the lines do not come to ${net}`);
  if (taxes.reduce((sum, row) => sum + yenOf(row.tax, 'a tax'), 0n) !== yenOf(tax, 'tax')) refuse('sums-differ', `the tax rows do not come to ${tax}`);
  if (yenOf(net, 'net') + yenOf(tax, 'tax') !== yenOf(total, 'total')) refuse('sums-differ', `net and tax do not come to ${total}`);
  return document;
}

/** What a reader was shown as the document, beside the one in the log: address, department and contact are sealed there. */
export function mustBeShown(shown, document) {
  const named = ({ recipient, ...rest }) => defined({ ...rest, recipient: { name: recipient?.name, honorific: recipient?.honorific } });
  const known = named({ ...shown, files: document.files, exports: document.exports });
  if (canonical(known) !== canonical(named(document))) refuse('document-differs', 'the document that was handed over is not the one in the log');
}

const defined = (value) => JSON.parse(JSON.stringify(value));
