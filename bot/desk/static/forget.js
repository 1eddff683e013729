// What keyring.js keeps in this browser, and how it goes.

export const NAME = "desk";

/** Forget the worker's key. */
export function lock() {
  return new Promise((done) => {
    const gone = indexedDB.deleteDatabase(NAME);
    gone.onsuccess = gone.onerror = gone.onblocked = () => done();
  });
}
