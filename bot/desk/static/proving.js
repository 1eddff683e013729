// How a browser shows that it has a key: it opens what the desk sealed to its public half.

import { opened, post, publicHalf, text } from "/static/keyring.js";

/** The answer to a challenge. `purpose` says what the key is shown for; it is good for nothing else, and once. */
export async function proof(purpose, identity) {
  const { sealed } = await saved("/key/challenge", { purpose, recipient: await publicHalf(identity) });
  return text(await opened(sealed, (one) => one.addIdentity(identity), "uint8array"));
}

/** What the desk answers; throws when it does not, or says no. */
export async function saved(path, fields) {
  const answer = await post(path, fields);
  if (answer === null) throw new Error("not saved");
  return answer;
}
