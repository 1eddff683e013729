// The browser storage used by keyring.js, and how it is cleared.

export const NAME = "desk";
const PATIENCE = 1000; // milliseconds

/** Run one step in the browser's database. Null if the browser refuses or takes longer than PATIENCE. */
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
