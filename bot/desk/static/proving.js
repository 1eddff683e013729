// Proves that this browser has a key, by opening what the desk sealed to its public half.

import { opened, post, publicHalf, text } from "/static/keyring.js";

/** Answer a challenge. The answer is valid once, and for this `purpose` only. */
export async function proof(purpose, identity) {
  const { sealed } = await saved("/key/challenge", { purpose, recipient: await publicHalf(identity) });
  return text(await opened(sealed, (one) => one.addIdentity(identity), "uint8array"));
}

/** The desk's answer; throws if there is none or it refuses. */
export async function saved(path, fields) {
  const answer = await post(path, fields);
  if (answer === null) throw new Error("not saved");
  return answer;
}
