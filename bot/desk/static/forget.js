// What keyring.js keeps in this browser, and how it goes.

export const NAME = "desk";
const PATIENCE = 1000; // milliseconds

/** One step in the browser's database. Null where the browser refuses, or does not answer: nothing ever waits on it. */
export function patiently(begin) {
  return new Promise((done) => {
    setTimeout(done, PATIENCE, null);
    try {
      begin(done);
    } catch {
      done(null);
    }
  });
}

/** Forget the worker's key. */
export function lock() {
  return patiently((done) => {
    const gone = indexedDB.deleteDatabase(NAME);
    gone.onsuccess = gone.onerror = gone.onblocked = () => done(null);
  });
}
