// What was sealed, as it comes out of its seal.

/** What a decrypted text holds; null where it is none, or could not be decrypted. */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Age has no associated data, so whose request a text belongs to stands inside. */
export function belongs(payload, { reference, service }) {
  return payload?.request === reference && payload?.service === service;
}
