// What the person added to a request after sending it, laid over the letter: the newest safe times, the answers to the
// risk questions, a number that must not be used any more. Pure: payloads in, one payload out.

/** `added` are decrypted additions in the order in which they were made; null stands for one that could not be read. */
export function merged(payload, added, callBlocked) {
  const ours = added.filter((one) => one && one.request === payload.request && one.service === payload.service);
  const times = ours.filter((one) => one.kind === "times").at(-1);
  const answers = { ...payload.answers, ...newer(times) };
  if (callBlocked || ours.length < added.length) delete answers.phone; // in doubt nobody is called
  return {
    ...payload,
    answers: { ...answers, call_blocked: callBlocked, unread: ours.length < added.length },
    screen: ours.filter((one) => one.kind === "screen").at(-1)?.screen ?? null,
    consents: [...new Set([...(payload.consents ?? []), ...ours.flatMap((one) => one.consents ?? [])])],
    times_changed: Boolean(times),
  };
}

/** Only what may be replaced: an addition never changes whom or how to contact. */
function newer(times) {
  if (!times) return {};
  const { windows, valid_until } = times.answers;
  return { windows, valid_until };
}
