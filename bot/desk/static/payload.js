// Parsing of decrypted payloads.

/** Parse a decrypted text; null if it is not valid, or could not be decrypted. */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Whether a payload belongs to this request. Age has no associated data, so the payload itself names its request. */
export function belongs(payload, { reference, service }) {
  return payload?.request === reference && payload?.service === service;
}
