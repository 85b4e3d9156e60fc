import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/**
 * Who may call what: O operators, C a contractor of its own contract, S a service provider of its own, F finance, A auditors, N
 * somebody who has shown an access key and says who they are, U the user of an ID, by a link; no letter: anybody. The surface as it was agreed; a route may be there that is not served yet, but none is served that is not here.
 */
const TABLE = `
POST   /contracts                                      O
GET    /contracts                                      O C F A
GET    /contracts/{}                                   O C F A
GET    /contracts/{}/history                           O C A
PATCH  /contracts/{}/applicant                         O C
POST   /contracts/{}/acceptance                        O
POST   /contracts/{}/rejection                         O
POST   /contracts/{}/withdrawal                        O
PUT    /contracts/{}/billing-start-date                O
POST   /contracts/{}/quotes                            O
GET    /contracts/{}/quotes                            O C
PUT    /contracts/{}/conditions/{}                     O C
PUT    /contracts/{}/withholding                       O
POST   /contracts/{}/plan-changes                      O C
GET    /contracts/{}/plan-changes                      O C
GET    /contracts/{}/plan-changes/{}                   O C F A
POST   /contracts/{}/plan-changes/{}/acceptance        O
DELETE /contracts/{}/plan-changes/{}                   O C
POST   /contracts/{}/cancellation                      O C
GET    /contracts/{}/cancellation                      O C
GET    /contracts/{}/cancellation/{}                   O C F A
POST   /contracts/{}/openings                          O F A
GET    /contracts/{}/openings                          O C A
GET    /contracts/{}/openings/own                      O F A
PUT    /contracts/{}/cancellation/{}                   O
DELETE /contracts/{}/cancellation/{}                   O
POST   /contracts/{}/one-time-fees                     O
GET    /contracts/{}/one-time-fees                     O
GET    /contracts/{}/one-time-fees/{}                  O
DELETE /contracts/{}/one-time-fees/{}                  O
PUT    /contracts/{}/settings                          O C
GET    /iij-id-contracts/{}                            O
PUT    /iij-id-contracts/{}                            O

POST   /contracts/{}/keys                              O C
GET    /contracts/{}/keys                              O C
POST   /keys                                           O
GET    /keys                                           O
DELETE /keys/{}                                        O C

POST   /contracts/{}/ids                               O C
GET    /contracts/{}/ids                               O C A
GET    /contracts/{}/ids.csv                           O C
GET    /contracts/{}/ids/{}                            O C A
DELETE /contracts/{}/ids/{}                            O C
DELETE /contracts/{}/ids/{}/personal-data              O C
PUT    /contracts/{}/ids/{}/legal-hold                 O
DELETE /contracts/{}/ids/{}/legal-hold                 O
POST   /contracts/{}/ids/{}/registrations/{}/void      O
PUT    /contracts/{}/ids/{}/registrations/{}           O
POST   /contracts/{}/ids/{}/suspend                    O C
POST   /contracts/{}/ids/{}/resume                     O C
POST   /contracts/{}/ids/{}/unlock                     O C
POST   /contracts/{}/ids/{}/enrolments                 O C
POST   /enrolments/{}/confirmation                     O C
GET    /contracts/{}/ids/{}/devices                    O C
POST   /devices/{}/suspend                             O C
POST   /devices/{}/resume                              O C
POST   /devices/{}/revoke                              O C
POST   /devices/{}/replace                             O C
POST   /contracts/{}/ids/imports                       O C
GET    /contracts/{}/imports                           O C
GET    /contracts/{}/imports/{}                        O C
GET    /contracts/{}/imports/{}/results.csv            O C

POST   /authentications                                O C S
GET    /contracts/{}/authentications                   O C S A
GET    /contracts/{}/successes                         O C F A
GET    /contracts/{}/ids/{}/authentications            O C S A
POST   /challenges                                     O S
GET    /challenges/{}                                  O S
POST   /challenges/{}/cancel                           O S

GET    /contracts/{}/usage/{}                          O C S F A
GET    /contracts/{}/usage/{}/accounts                 O C F A
GET    /contracts/{}/invoices/preview                  O C F
POST   /billing/months/{}/close                        O F
GET    /billing/runs                                   O F
GET    /billing/runs/{}                                O F
GET    /billing/runs/{}/parked                         O F
GET    /billing/parked                                 O F
GET    /billing/issuer                                 O F
PUT    /billing/issuer                                 O F
GET    /billing/policies/{}                            O F
PUT    /billing/policies/{}                            O F
GET    /billing/export-settings                        O F
PUT    /billing/export-settings                        O F
GET    /billing/refused-files                          O F
GET    /invoices                                       O C F A
GET    /invoices.zip                                   O C F A
GET    /invoices/{}                                    O C F A
GET    /invoices/{}/lines/{}/evidence                  O C F A
POST   /invoices/{}/verification                       O F A
GET    /invoices/{}/corrections                        O C F A
GET    /invoices/{}/statement                          O C F A
GET    /invoices/{}/statement.csv                      O C F A
GET    /invoices/{}/statement.pdf                      O C F A
GET    /invoices/{}/proof                              O C F A
GET    /proofs/{}                                      O C F A
GET    /proofs/{}/file                                 O C F A
GET    /invoices/{}/deliveries                         O C F
POST   /invoices/{}/deliveries                         O C F
POST   /invoices/{}/credit-notes                       O F
GET    /invoices/{}/credit-notes                       O F
GET    /credit-notes                                   O F
GET    /contracts/{}/corrections                       O C F A
GET    /corrections                                    O C F A
GET    /contracts/{}/billing-profile                   O C F
PATCH  /contracts/{}/billing-profile                   O C F
GET    /approvals                                      O F
GET    /approvals/{}                                   O F
POST   /approvals/{}/approve                           O F
POST   /approvals/{}/reject                            O F
POST   /exports                                        O F
GET    /exports                                        O F
GET    /exports/{}                                     O F
GET    /exports/{}/file                                O F
PUT    /exports/{}/acknowledgement                     O F

GET    /people                                         O
POST   /people                                         O
GET    /people/{}                                      O
PATCH  /people/{}                                      O
DELETE /people/{}                                      O
POST   /people/{}/invitation                           O
POST   /people/{}/recovery                             O
GET    /people/{}/sessions                             O
GET    /contracts/{}/people                            O C
POST   /contracts/{}/people                            O C
GET    /contracts/{}/people/{}                         O C
PATCH  /contracts/{}/people/{}                         O C
DELETE /contracts/{}/people/{}                         O C
POST   /contracts/{}/people/{}/invitation              O C
POST   /contracts/{}/people/{}/recovery                O C
POST   /sign-in/first     
POST   /sign-in/invitation
POST   /sign-in/key
GET    /sign-in/oidc
POST   /sign-in/oidc
POST   /sign-in/passkey
POST   /sign-in/recovery
POST   /step-up                                        O C F A
GET    /sessions                                       O C F A
DELETE /sessions/{}                                    N O C F A
GET    /me                                             N O C F A
POST   /me                                             N
GET    /me/passkeys                                    O C F A
POST   /me/passkeys                                    O C F A
DELETE /me/passkeys/{}                                 O C F A
GET    /me/providers                                   O C F A
POST   /me/providers                                   O C F A
DELETE /me/providers/{}                                O C F A
POST   /me/email                                       O C F A
POST   /me/email/confirmation                          O C F A
POST   /me/recovery-code                               O C F A
GET    /mails                                          O C

POST   /contracts/{}/ids/{}/enrolment-links            O C
GET    /contracts/{}/ids/{}/enrolment-links            O C
DELETE /contracts/{}/ids/{}/enrolment-links/{}         O C
POST   /contracts/{}/ids/{}/release                    O C
POST   /links
POST   /links/open
GET    /self                                           U
POST   /self/proof                                     U
POST   /self/enrolments                                U
POST   /self/enrolments/{}/confirmation                U
POST   /self/replacement                               U
POST   /self/recovery-codes                            U
POST   /self/report                                    U

GET    /status                                         O C S F A
GET    /status/restrictions/{}                         O A
PUT    /status/restrictions/{}                         O
GET    /audit/events                                   O A
GET    /audit/set-aside                                O A
POST   /audit/verification                             O A
GET    /audit/checkpoints                              O C S F A
GET    /audit/checkpoints/latest                       O C S F A
GET    /audit/consistency                              O C S F A
GET    /audit/keys                                     O C S F A
GET    /audit/logs/{}                                  O A
GET    /audit/logs/{}/lost                             O A
POST   /audit/logs/{}/losses                           O
POST   /audit/logs/{}/losses/{}/confirmation           O
GET    /sandbox/clock                                  O
PUT    /sandbox/clock                                  O
`;

const LETTERS: Readonly<Record<string, string>> = {
  operator: 'O',
  contractor: 'C',
  'service-provider': 'S',
  finance: 'F',
  auditor: 'A',
  newcomer: 'N',
  'end-user': 'U',
};
const ORDER = 'NUOCSFA';

const agreed = new Map(
  TABLE.split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [method, path, ...roles] = line.trim().split(/\s+/);
      return [`${method} ${path}`, roles.join(' ')];
    }),
);

type Paths = Readonly<Record<string, Readonly<Record<string, { readonly 'x-roles'?: readonly string[] }>>>>;

const document = JSON.parse(readFileSync(new URL('../docs/openapi.json', import.meta.url), 'utf8')) as {
  readonly paths: Paths;
};
const served = Object.entries(document.paths)
  .filter(([path]) => path.startsWith('/v1/'))
  .flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): [string, string] => {
      const letters = (operation['x-roles'] ?? []).map((role) => LETTERS[role] ?? `?${role}`);
      const ordered = letters.sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
      const route = `${method.toUpperCase()} ${path.slice('/v1'.length).replace(/\{[^}]*\}/g, '{}')}`;
      return [route, ordered.join(' ')];
    }),
  );

describe('who may call what', () => {
  it('the document is read', () => expect(served.length).toBeGreaterThanOrEqual(70));

  it.each(served)('%s: %s', (route, roles) => {
    expect({ route, roles }).toEqual({ route, roles: agreed.get(route) });
  });
});
