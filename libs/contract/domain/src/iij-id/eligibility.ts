/** Whether an applicant may use the service (第3条), as the directory of IIJ ID contracts says; the reason is for people. */
export type Eligibility = { readonly eligible: true } | { readonly eligible: false; readonly reason: string };
