// Says what another institution reported, in words. Pure.

import { fill } from "/static/sentences.js";

/** The first sentences: who reported, on what it rests, and how far it can be relied on. */
export function saidFirst(referral, { first, options }) {
  const sender = options.sender[referral.sender] ?? referral.sender;
  const reported = referral.report_number ? first.numbered : first.reported;
  return [
    fill(reported, { sender, number: referral.report_number }),
    first[referral.basis],
    { yes: first.alone, no: first.not_alone }[referral.asked_alone] ?? first.alone_unknown,
    referral.told_reader === "yes" ? first.knows : first.knows_not,
    referral.whose === "unclear_who" ? first.unclear : "",
  ].filter(Boolean);
}

/** Label and answer of everything that was filled in. */
export function rowsOf(referral, { fields, options, signs }) {
  const said = (name, one) => (options[name] ?? signs)[one] ?? one;
  return Object.entries(referral).map(([name, value]) =>
    [fields[name] ?? name, (Array.isArray(value) ? value : [value]).map((one) => said(name, one)).join(", ")]);
}
